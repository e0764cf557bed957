// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "coordinator/core/placement.h"

namespace continuo::coordinator {

/// A node "n<id>" that computes, in a domain of its own if none is named.
inline FleetNode Computing(plan::NodeId id, std::string domain = "") {
  const std::string name = "n" + std::to_string(id);
  return {id, name, domain.empty() ? name : domain, true, false};
}

inline Fleet ComputingNodes(int count) {
  Fleet fleet;
  for (int i = 1; i <= count; ++i) fleet.push_back(Computing(static_cast<plan::NodeId>(i)));
  return fleet;
}

/// With that many feeds, on any nodes.
inline Placement Place(const std::vector<PlacementTask>& tasks, int feeds, const Fleet& fleet) {
  return Place(tasks, FeedNodes(static_cast<std::size_t>(feeds)), fleet);
}

/// `percent` of a node's budget.
constexpr std::int64_t Percent(int percent) {
  return kBudgetNsPerFrame * percent / 100;
}

/// A task whose replicas take so many percent of a node each.
inline PlacementTask TaskOf(dsp::TaskId id, int percent, int replicas = 2) {
  PlacementTask task{id, replicas, Percent(percent)};
  task.name = "t" + std::to_string(id);
  return task;
}

/// So many tasks that cost next to nothing.
inline std::vector<PlacementTask> CheapTasks(dsp::TaskId count, int replicas = 2) {
  std::vector<PlacementTask> tasks;
  for (dsp::TaskId id = 1; id <= count; ++id) {
    tasks.push_back({id, replicas, 1});
    tasks.back().name = "t" + std::to_string(id);
  }
  return tasks;
}

inline void Add(Occupancy& occupancy, const PlacementTask& task,
                const std::vector<plan::NodeId>& nodes) {
  for (const plan::NodeId node : nodes) {
    occupancy.occupants.push_back({.task = task.id,
                                   .node = node,
                                   .cost_ns = task.cost_ns,
                                   .memory_bytes = task.memory_bytes});
  }
}

}  // namespace continuo::coordinator
