// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace continuo::mcu::board {

/// A peripheral's register. Any context.
inline volatile std::uint32_t& Register(std::uintptr_t address) {
  return *reinterpret_cast<volatile std::uint32_t*>(address);
}

/// Lets interrupt `number` through the NVIC (Armv7-M ARM, B3.4.4).
inline void EnableInterrupt(unsigned number) {
  Register(0xE000E100 + 4 * (number / 32)) = 1u << (number % 32);
}

}  // namespace continuo::mcu::board
