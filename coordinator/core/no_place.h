// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "coordinator/core/packing.h"

// Sentences about why there is no place, for the task that a packing considers.

namespace continuo::coordinator {

/// The emptiest node that could take it if it had more room; Packing::kNone if there is none.
std::size_t Nearest(const Packing& packing);

/// Why this node has no room for it, with the numbers; empty if it has.
std::string Lack(const Packing& packing, std::size_t node);

/// "there is no place for a replica of "room": 2 nodes have one, 1 node is drained; "pi-3" is filled to ..."
std::string NoPlace(const Packing& packing);

}  // namespace continuo::coordinator
