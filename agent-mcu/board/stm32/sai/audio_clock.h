// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "agent-mcu/board/stm32/clock/clock_tree.h"

// PLLI2S of the STM32F7 as the clock of SAI1 (RM0410: PLLI2SCFGR, DCKCFGR1).

namespace continuo::mcu::board::stm32 {

/// What it multiplies is the main PLL's input.
struct AudioClockPlan {
  std::uint32_t factor;          ///< 50..432; the oscillator runs at 100 to 432 MHz
  std::uint32_t divider;         ///< 2..15, PLLI2SQ
  std::uint32_t second_divider;  ///< 1..32, PLLI2SDIVQ
};

/// A codec's master clock is 256 times its rate.
inline constexpr std::uint32_t kMasterPerSample = 256;

/// Parts per million by which the sample rate is not 48 kHz, apart from what the crystal itself is wrong by.
constexpr double RateErrorPpm(const ClockPlan& clock, const AudioClockPlan& plan) {
  const double master =
      1e3 * clock.pll_input_khz * plan.factor / plan.divider / plan.second_divider;
  return 1e6 * (master / kMasterPerSample / 48'000 - 1);
}
constexpr bool IsPossible(const ClockPlan& clock, const AudioClockPlan& plan) {
  const std::uint32_t oscillator_khz = clock.pll_input_khz * plan.factor;
  return oscillator_khz >= 100'000 && oscillator_khz <= 432'000 && plan.factor >= 50 &&
         plan.factor <= 432 && plan.divider >= 2 && plan.divider <= 15 &&
         plan.second_divider >= 1 && plan.second_divider <= 32;
}

inline constexpr std::uintptr_t kAudioPllConfig = kRcc + 0x84, kAudioClockChoice = kRcc + 0x8C;
inline constexpr std::uint32_t kAudioPllOn = 1u << 26, kAudioPllReady = 1u << 27;  // CR
inline constexpr std::uint32_t kSaiFromAudioPll = 1u << 20, kSaiChoice = 3u << 20,
                               kSecondDivider = 0x1f;

/// After BringUpClocks. False: it does not lock.
template <typename Bus>
bool BringUpAudioClock(Bus& bus, const AudioClockPlan& plan) {
  SetBits(bus, kClockControl, kAudioPllOn, 0);
  if (!Becomes(bus, kClockControl, kAudioPllReady, 0)) return false;
  // PLLI2SR, of I2S, which nobody uses, is 2: the least.
  bus.Write(kAudioPllConfig, plan.factor << 6 | plan.divider << 24 | 2u << 28);
  SetBits(bus, kClockControl, 0, kAudioPllOn);
  if (!Becomes(bus, kClockControl, kAudioPllReady, kAudioPllReady)) return false;
  SetBits(bus, kAudioClockChoice, kSaiChoice | kSecondDivider,
          kSaiFromAudioPll | (plan.second_divider - 1));
  return true;
}

}  // namespace continuo::mcu::board::stm32
