// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/board/random.h"

#include "agent-mcu/board/stm32/bus.h"
#include "agent-mcu/board/stm32/rng/rng.h"

namespace continuo::mcu::board {

bool Random(std::span<std::uint32_t> words) {
  stm32::Bus bus;
  return ReadRandom(bus, words);
}

}  // namespace continuo::mcu::board
