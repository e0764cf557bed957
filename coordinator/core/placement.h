// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "coordinator/core/fleet.h"
#include "dsp/graph/description.h"

// Where replicas and outputs run. Greedy, in integers and in a fixed order, so the same wish on the same fleet
// always gives the same answer: dearest task first, each replica on the node that has least to do among those of a
// domain the task has not used yet. Two replicas of a task never share a node; they share a domain only where there
// are fewer domains than replicas, and that is said.

namespace continuo::coordinator {

/// What one audio thread may be filled with: 65 % of a core, in nanoseconds of work per sample (study: hitless.md
/// 4.3).
inline constexpr std::int64_t kBudgetNsPerFrame = 650'000'000 / kSampleRate;

struct PlacementTask {
  dsp::TaskId id = 0;
  int replicas = 1;
  std::int64_t cost_ns = 0;  ///< per frame
};

struct NodeLoad {
  plan::NodeId node = 0;
  std::int64_t cost_ns = 0;  ///< per frame
};

struct Placement {
  std::vector<std::vector<plan::NodeId>> replicas;  ///< of tasks[i]
  std::vector<plan::NodeId> outputs;                ///< node of output i
  std::vector<NodeLoad> loads;                      ///< of every node of the fleet, by id
  std::vector<std::string> warnings;
  std::string error;  ///< not empty: cannot be; why, and what could
};

/// `outputs` feeds, each on a node of its own.
Placement Place(const std::vector<PlacementTask>& tasks, int outputs, const Fleet& fleet);

/// What an instance of this kernel costs with that many channels, per frame.
std::int64_t CostOf(const dsp::TaskDescription& task);

}  // namespace continuo::coordinator
