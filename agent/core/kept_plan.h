// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "proto/plan/plan.h"

namespace continuo::agent::core {

/// What a node keeps on disk of what it was told, beyond the life of its process: so that a coordinator that has lost
/// its journal can have it from the nodes.
struct KeptPlan {
  std::uint64_t term = 0;  ///< of the newest coordinator that was heard
  plan::NodeId self = 0;   ///< as it named this node
  std::string plan;        ///< encoded (proto/transport); empty: nothing is played
  bool operator==(const KeptPlan&) const = default;
};

/// Bytes for a file: a format, a length and a CRC-32 go before what is kept.
std::string Seal(const KeptPlan& kept);

/// What Seal wrote, or nothing, with the reason in `wrong`, if it is of another format, was cut off, or is anything
/// else. An empty file is no reason: nothing was ever kept.
KeptPlan Unseal(std::string_view bytes, std::string& wrong);

}  // namespace continuo::agent::core
