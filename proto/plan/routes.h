// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <vector>

#include "proto/plan/plan.h"
#include "proto/stream/identity.h"

// Who sends what to whom: functions of the plan and of nothing else, so two nodes that hold the same plan cannot
// disagree. Not real time; results are in plan order. All expect a plan that Validate accepts.

namespace continuo::plan {

/// One stream of a task: a channel group of its output, or the conductor's control stream.
struct StreamSpec {
  stream::StreamId id;
  std::uint32_t ssrc = 0;
  std::uint32_t epoch = 0;
  bool control = false;
  int first_channel = 0;
  int channels = 0;               ///< of this group; 0 for control
  std::size_t payload_bytes = 0;  ///< exact for audio, the maximum for control
  bool operator==(const StreamSpec&) const = default;
};
std::vector<StreamSpec> StreamsOf(const Task& task, int quantum);

bool IsConductor(const Task& task);
/// Does the node compute a replica of the task?
bool RunsOn(const Task& task, NodeId node);
/// Does the node need the task's output? It computes a task with a wire from it, or plays it; and whoever computes
/// anything needs the conductor.
bool Consumes(const Plan& plan, NodeId node, const Task& from);
/// The tasks whose output the node needs.
std::set<TaskId> ConsumedBy(const Plan& plan, NodeId node);
/// All nodes that consume the task's output, those that compute it themselves included.
std::vector<NodeId> ReceiversOf(const Plan& plan, const Task& task);

/// For each task of the plan, how many tasks lie before it on the longest way to it: 0 for the conductor, 1 for a
/// source.
std::vector<int> Depths(const Plan& plan);
/// The greatest of the whole plan, at least 1. `depths` are those of this plan or part.
int DeepestOf(const Plan& plan, const std::vector<int>& depths);

}  // namespace continuo::plan
