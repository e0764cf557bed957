// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "coordinator/core/fleet.h"
#include "coordinator/core/roster.h"

namespace continuo::coordinator {

/// What a replica would take where it is not yet. All replicas of a task compute the same, so the one that takes least
/// tells how dear the task is; and a node where everything takes more than that is slow for whatever comes to it.
class CostEstimate {
 public:
  /// Both must outlive it.
  CostEstimate(const Fleet& fleet, const Roster& roster);

  /// Nanoseconds per frame on the node at that position of the fleet.
  std::int64_t On(const PlacementTask& task, std::size_t node) const;

 private:
  std::int64_t Least(const PlacementTask& task, const FleetNode& node) const;

  const Fleet& fleet_;
  const Roster& roster_;
  std::vector<std::int64_t> slowness_;  ///< by position, in permille; 1000: as fast as was thought
};

}  // namespace continuo::coordinator
