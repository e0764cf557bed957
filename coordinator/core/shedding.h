// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "coordinator/core/occupancy.h"

namespace continuo::coordinator {

/// Replicas to give up so that `node` has room.
struct Shedding {
  plan::NodeId node = 0;           ///< 0: nothing that may be shed would make room anywhere
  std::vector<dsp::TaskId> tasks;  ///< whose replica on `node` is dropped, in this order
};

/// A node died and `task` has no place any more: what to give up for it. Tier 2 first, then 1, never 0, and only what
/// stands below `task` or is spare: the last replica of a task is shed only for a task that has none left itself.
/// `taken`: nodes that have a replica of `task`.
Shedding Shed(const PlacementTask& task, const std::vector<plan::NodeId>& taken,
              const std::vector<PlacementTask>& tasks, const Fleet& fleet,
              const Occupancy& occupancy);

}  // namespace continuo::coordinator
