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
  int full = 85;      ///< a node above this is relieved
  int relieved = 85;  ///< until it is not above this any more
  int fits = 85;      ///< no move fills a node above this
  int spread = 40;    ///< the fullest and the emptiest node may lie this far apart
  /// Where a replica goes, so much less is filled then than was where it came from; and where it goes for the sake of
  /// the spread alone, it brings the pair so much. So nothing oscillates.
  int gain = 10;
  int moves_max = 8;
  plan::NodeId only = 0;  ///< nothing leaves another node; 0: it may be any
};

/// The fewest moves that bring every node to `full` or below and the fleet within `spread`; empty if all is well.
/// What is fixed is never moved, and no move takes a node out of its limits or puts two replicas onto one node.
std::vector<Move> Rebalance(const std::vector<PlacementTask>& tasks, const Fleet& fleet,
                            const Occupancy& occupancy, const BalanceRules& rules = {});

}  // namespace continuo::coordinator
