// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "coordinator/core/ledger.h"

namespace continuo::coordinator {

/// What one stereo instance of each kernel takes in nanoseconds per frame, by KernelNumber. 0 or not there: not known.
using KernelCosts = std::vector<std::int64_t>;

/// A node that a new plan may count on.
struct FleetNode {
  plan::NodeId id = 0;
  std::string name;
  std::string domain;  ///< never empty: the node's own name if it has none
  bool can_compute = false;
  bool can_output = false;
  bool drained = false;           ///< keeps what it has, gets nothing new
  std::int64_t memory_bytes = 0;  ///< for replicas; 0: not known, and not a limit
  KernelCosts costs_ns = {};      ///< measured there; 0 or not there: what is stated is believed
  /// A board: takes what the show keeps on it by name (`on:`), and nothing else.
  bool only_named = false;
};

/// Nodes by id, and what kernels are believed to take on those that have not measured them.
struct Fleet : std::vector<FleetNode> {
  using std::vector<FleetNode>::vector;
  KernelCosts stated_ns;
};

/// Which kernel of the registry this is, from 0; -1: none.
int KernelNumber(std::string_view kind);

/// 0: not known, as of the kernel -1.
inline std::int64_t CostAt(const KernelCosts& costs_ns, int kernel) {
  const auto number = static_cast<std::size_t>(kernel);  // -1 is beyond all
  return number < costs_ns.size() ? costs_ns[number] : 0;
}

const FleetNode* FindNode(const Fleet& fleet, plan::NodeId id);

/// What this term began with.
KernelCosts StatedCosts(const Ledger& ledger);

/// The available nodes of the ledger.
Fleet FleetOf(const Ledger& ledger);

}  // namespace continuo::coordinator
