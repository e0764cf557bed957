// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "coordinator/core/occupancy.h"

namespace continuo::coordinator {

struct Move {
  dsp::TaskId task = 0;
  plan::NodeId from = 0, to = 0;
  std::string reason;  ///< a sentence with the numbers
  bool operator==(const Move&) const = default;
};

/// When a move is worth its trouble. In percent of a node's budget.
struct BalanceRules {
  int full = 85;    ///< a node above this is relieved
  int spread = 40;  ///< the fullest and the emptiest node may lie this far apart
  int gain = 10;  ///< a move that brings the pair less than this is not made: so nothing oscillates
  int moves_max = 8;
};

/// The fewest moves that bring every node to `full` or below and the fleet within `spread`; empty if all is well.
/// What is fixed is never moved, and no move takes a node out of its limits or puts two replicas onto one node.
std::vector<Move> Rebalance(const std::vector<PlacementTask>& tasks, const Fleet& fleet,
                            const Occupancy& occupancy, const BalanceRules& rules = {});

}  // namespace continuo::coordinator
