// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/board/random.h"

namespace continuo::mcu::board {

// These boards have none.
bool Random(std::span<std::uint32_t> /*words*/) {
  return false;
}

}  // namespace continuo::mcu::board
