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

inline void StopSysTick() {
  Register(0xE000E010) = 0;
}

/// 0: before all others. As of SetPriority.
inline void SetSysTickPriority(std::uint32_t priority) {
  volatile std::uint32_t& handlers = Register(0xE000ED20);
  handlers = (handlers & 0x00ffffff) | priority << 24;
}

}  // namespace continuo::mcu::board
