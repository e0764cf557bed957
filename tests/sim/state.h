// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "proto/plan/plan.h"

namespace continuo::sim {

/// What is asked of a donor.
struct StateWish {
  plan::TaskId task = 0;
  std::uint16_t generation = 0;
  PacketIndex not_before = 0;
  bool may_be_tainted = false;
};
/// What a donor gives.
struct State {
  std::string error;  ///< empty: it is there
  bool busy = false;
  std::vector<std::uint8_t> bytes;
  PacketIndex next = 0;
  std::uint64_t digest = 0;  ///< as the donor announced it
};

}  // namespace continuo::sim
