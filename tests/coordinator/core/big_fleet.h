// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "coordinator/core/placement.h"

namespace continuo::coordinator {

/// A thousand nodes in fifty racks, each of which has measured its own costs, and ten thousand tasks of twenty kinds
/// whose two replicas each fill them to about 89 %.
struct BigFleet {
  BigFleet();

  Fleet fleet;
  std::vector<PlacementTask> tasks;
};

/// What is wrong with this occupancy: too few replicas, two on one node or in one domain, a node that is overfilled.
/// Empty: nothing.
std::string Fault(const Occupancy& occupancy, const std::vector<PlacementTask>& tasks,
                  const Fleet& fleet);

}  // namespace continuo::coordinator
