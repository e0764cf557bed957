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

/// Who may interrupt whom: lower numbers those with higher ones. `priority` 0..255, of which a core has the upper bits
/// only; 0 after reset.
inline void SetPriority(unsigned number, std::uint32_t priority) {
  volatile std::uint32_t& four = Register(0xE000E400 + (number & ~3u));
  const unsigned shift = 8 * (number % 4);
  four = (four & ~(0xffu << shift)) | priority << shift;
}

/// Of the block interrupt, where a UART without a FIFO must be served within a byte's time: it takes a microsecond.
inline constexpr std::uint32_t kAudioPriority = 0x80;

}  // namespace continuo::mcu::board
