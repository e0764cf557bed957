// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "coordinator/core/occupancy.h"

namespace continuo::coordinator {

/// An occupancy, to be asked by node and by task. Refers to `tasks`, which must outlive it.
class Roster {
 public:
  Roster(const std::vector<PlacementTask>& tasks, const Occupancy& occupancy);

  /// Replicas on that node, by task; no outputs.
  std::span<const Occupant> OnNode(plan::NodeId node) const;
  /// Replicas of that task, by node.
  std::span<const Occupant> OfTask(dsp::TaskId task) const;
  /// nullptr if it is not among the tasks.
  const PlacementTask* Find(dsp::TaskId task) const;

 private:
  /// Where it stands in tasks_, or would: mostly where its id says, since few are missing.
  std::size_t PlaceOf(dsp::TaskId task) const;

  std::vector<const PlacementTask*> tasks_;  ///< by id
  std::vector<Occupant> by_task_;            ///< by task, then node
  std::vector<Occupant> by_node_;            ///< by node, then task
  std::vector<std::size_t> begin_of_node_;   ///< in by_node_, by node id; one more than nodes
  std::vector<std::size_t> begin_of_task_;   ///< in by_task_, of each of tasks_
};

}  // namespace continuo::coordinator
