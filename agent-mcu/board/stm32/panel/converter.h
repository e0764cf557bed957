// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "agent-mcu/board/stm32/clock/clock_tree.h"

// ADC1 by single conversions (RM0090 and RM0410, ADC: alike in both). Registers are handed in, so that a test can be
// the converter.

namespace continuo::mcu::board::stm32 {

inline constexpr std::uintptr_t kAdcStatus = 0x40012000, kAdcControl = kAdcStatus + 0x08,
                                kAdcSlowTimes = kAdcStatus + 0x0C,  // channels 10 to 18
    kAdcTimes = kAdcStatus + 0x10,                                  // 0 to 9
    kAdcLength = kAdcStatus + 0x2C, kAdcSequence = kAdcStatus + 0x34, kAdcData = kAdcStatus + 0x4C,
                                kAdcCommon = kAdcStatus + 0x304;
inline constexpr std::uint32_t kAdcEnable = 1u << 8;  // of APB2
inline constexpr std::uint32_t kAdcOn = 1, kAdcBegin = 1u << 30, kAdcDone = 1u << 1;
/// Of APB2's 84 or 90 MHz: at most 36 are allowed.
inline constexpr std::uint32_t kAdcClockBy4 = 1u << 16;
/// A potentiometer of 10 kOhm wants them.
inline constexpr std::uint32_t kAdc84Cycles = 4;
inline constexpr int kConversions = 8, kAdcPatience = 2000;

/// Main program, once its clock runs.
template <typename Bus>
void BeginConverter(Bus& bus) {
  EnableClock(bus, kApb2Enable, kAdcEnable);
  bus.Write(kAdcCommon, kAdcClockBy4);
  bus.Write(kAdcLength, 0);  // a sequence of one
  bus.Write(kAdcControl, kAdcOn);
}

/// How long this channel, 0 to 18, is sampled. Before the first conversion.
template <typename Bus>
void SetSampleTime(Bus& bus, std::uint32_t channel) {
  const std::uint32_t shift = 3 * (channel % 10);
  SetBits(bus, channel < 10 ? kAdcTimes : kAdcSlowTimes, 7u << shift, kAdc84Cycles << shift);
}

/// The mean of some conversions, 0 to 4095: some 37 us. A converter that does not answer: `before`. Any one context.
template <typename Bus>
std::uint16_t Measure(Bus& bus, std::uint32_t channel, std::uint16_t before) {
  std::uint32_t sum = 0;
  bus.Write(kAdcSequence, channel);
  for (int i = 0; i < kConversions; ++i) {
    bus.Write(kAdcControl, kAdcOn | kAdcBegin);
    for (int patience = kAdcPatience; (bus.Read(kAdcStatus) & kAdcDone) == 0;) {
      if (--patience == 0) return before;
    }
    sum += bus.Read(kAdcData) & 0xfff;  // which takes the flag back
  }
  return static_cast<std::uint16_t>(sum / kConversions);
}

}  // namespace continuo::mcu::board::stm32
