// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "coordinator/core/ledger.h"

namespace continuo::coordinator {

/// A node that a new plan may count on.
struct FleetNode {
  plan::NodeId id = 0;
  std::string name;
  std::string domain;  ///< never empty: the node's own name if it has none
  bool can_compute = false;
  bool can_output = false;
  bool drained = false;           ///< keeps what it has, gets nothing new
  std::int64_t memory_bytes = 0;  ///< for replicas; 0: not known, and not a limit
  /// Measured there, by KernelNumber: nanoseconds per frame of one stereo instance. 0 or not there: what the registry
  /// states is believed.
  std::vector<std::int64_t> costs_ns = {};
  /// A board: takes what the show keeps on it by name (`on:`), and nothing else.
  bool only_named = false;
};

/// By id.
using Fleet = std::vector<FleetNode>;

/// Which kernel of the registry this is, from 0; -1: none.
int KernelNumber(std::string_view kind);

const FleetNode* FindNode(const Fleet& fleet, plan::NodeId id);

/// The available nodes of the ledger.
Fleet FleetOf(const Ledger& ledger);

}  // namespace continuo::coordinator
