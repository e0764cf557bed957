// SPDX-License-Identifier: Apache-2.0
#pragma once

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
};

/// By id.
using Fleet = std::vector<FleetNode>;

/// The available nodes of the ledger.
Fleet FleetOf(const Ledger& ledger);

}  // namespace continuo::coordinator
