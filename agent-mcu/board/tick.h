// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "agent-mcu/board/registers.h"

namespace continuo::mcu::board {

/// OnTick every `cycles` of the core, 2 to 2^24 (Armv7-M ARM, B3.3).
inline void StartSysTick(std::uint32_t cycles) {
  Register(0xE000E014) = cycles - 1;
  Register(0xE000E018) = 0;
  Register(0xE000E010) = 7;  // the core's clock, interrupt, on
}

}  // namespace continuo::mcu::board
