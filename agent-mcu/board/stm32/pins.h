// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "agent-mcu/board/stm32/clock/clock_tree.h"

// GPIO registers: alike in RM0090 and RM0410.

namespace continuo::mcu::board::stm32 {

/// Pins of one port that a peripheral has.
struct Pins {
  char port;  ///< 'A'..'K'
  std::array<std::uint8_t, 5> numbers{kNone, kNone, kNone, kNone, kNone};
  std::uint32_t function;  ///< alternate function, 0..15

  static constexpr std::uint8_t kNone = 0xff;
};

enum class Pull : std::uint8_t { kNone = 0, kUp = 1 };

/// Hands them to it, quick. Main program.
template <typename Bus>
void BeginPins(Bus& bus, const Pins& pins, Pull pull) {
  const auto port = static_cast<std::uint32_t>(pins.port - 'A');
  const std::uintptr_t mode = 0x40020000 + 0x400 * std::uintptr_t{port};
  EnableClock(bus, kAhb1Enable, 1u << port);
  for (const std::uint32_t pin : pins.numbers) {
    if (pin == Pins::kNone) continue;
    const auto two_bits = [&bus, pin](std::uintptr_t address, std::uint32_t value) {
      SetBits(bus, address, 3u << 2 * pin, value << 2 * pin);
    };
    SetBits(bus, mode + 0x20 + 4 * (pin / 8), 0xfu << 4 * (pin % 8),
            pins.function << 4 * (pin % 8));
    two_bits(mode + 8, 3);
    two_bits(mode + 12, static_cast<std::uint32_t>(pull));
    two_bits(mode, 2);
  }
}

}  // namespace continuo::mcu::board::stm32
