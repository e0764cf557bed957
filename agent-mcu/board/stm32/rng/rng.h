// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "agent-mcu/board/stm32/clock/clock_tree.h"

// The random number generator of an STM32F4 or F7 (RM0090 and RM0410, RNG: alike in both). It runs by the PLL's 48 MHz,
// or a little less.

namespace continuo::mcu::board::stm32 {

inline constexpr std::uintptr_t kRngControl = 0x50060800, kRngStatus = kRngControl + 4,
                                kRngData = kRngControl + 8, kAhb2Enable = kRcc + 0x34;
inline constexpr std::uint32_t kRngEnable = 1u << 6;  // AHB2ENR
inline constexpr std::uint32_t kRngOn = 1u << 2;      // CR
inline constexpr std::uint32_t kRngReady = 1,
                               kRngDoubts = 3u << 1;  // SR: of its clock, of its noise
inline constexpr int kRngPatience = 1000;             // a word takes 40 of its clock's cycles

/// Fills `words` with bits that nobody can foresee. False, and some of them may be anything: there is no generator, its
/// clock does not run, or it doubts itself; no two words after each other may be equal (FIPS 140-2). Main program.
template <typename Bus>
bool ReadRandom(Bus& bus, std::span<std::uint32_t> words) {
  EnableClock(bus, kAhb2Enable, kRngEnable);
  bus.Write(kRngControl, kRngOn);
  const auto next = [&bus](std::uint32_t& word) {
    for (int i = 0; i < kRngPatience; ++i) {
      const std::uint32_t status = bus.Read(kRngStatus);
      if ((status & kRngDoubts) != 0) return false;
      if ((status & kRngReady) == 0) continue;
      word = bus.Read(kRngData);
      return true;
    }
    return false;
  };
  std::uint32_t last = 0;
  bool good = next(last);  // the first is for comparison alone
  for (std::uint32_t& word : words) {
    good = good && next(word) && word != last;
    last = word;
  }
  bus.Write(kRngControl, 0);
  return good;
}

}  // namespace continuo::mcu::board::stm32
