// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
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
  /// Measured there: kind of kernel -> nanoseconds per frame of one stereo instance. A kind that is absent costs what
  /// the registry states.
  std::map<std::string, std::int64_t, std::less<>> costs_ns = {};
};

/// By id.
using Fleet = std::vector<FleetNode>;

/// The available nodes of the ledger.
Fleet FleetOf(const Ledger& ledger);

}  // namespace continuo::coordinator
