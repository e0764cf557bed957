// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "agent-mcu/board/stm32/clock/clock_tree.h"

// Pins that a program reads and switches itself (RM0090 and RM0410, general-purpose I/Os: alike in both).

namespace continuo::mcu::board::stm32 {

struct Pin {
  char port;  ///< 'A'..'K'
  std::uint32_t number;
};
struct AnalogPin {
  Pin pin;
  std::uint32_t channel;  ///< of ADC1
};

enum class PinPull : std::uint8_t { kNone = 0, kUp = 1 };
enum class PinMode : std::uint8_t { kInput = 0, kOutput = 1, kAnalog = 3 };

constexpr std::uintptr_t PortOf(const Pin& pin) {
  return 0x40020000 + 0x400 * static_cast<std::uintptr_t>(pin.port - 'A');
}

/// Its port's clock runs from now on. The pull is set before the pin becomes what it shall be. Main program.
template <typename Bus>
void SetPin(Bus& bus, const Pin& pin, PinMode mode, PinPull pull) {
  const std::uint32_t shift = 2 * pin.number;
  EnableClock(bus, kAhb1Enable, 1u << (pin.port - 'A'));
  SetBits(bus, PortOf(pin) + 12, 3u << shift, static_cast<std::uint32_t>(pull) << shift);
  SetBits(bus, PortOf(pin), 3u << shift, static_cast<std::uint32_t>(mode) << shift);
}

template <typename Bus>
bool IsHigh(Bus& bus, const Pin& pin) {
  return (bus.Read(PortOf(pin) + 0x10) >> pin.number & 1) != 0;
}

/// In one write: whatever else switches pins of that port is left alone.
template <typename Bus>
void SwitchPin(Bus& bus, const Pin& pin, bool high) {
  bus.Write(PortOf(pin) + 0x18, 1u << (high ? pin.number : pin.number + 16));
}

/// QEMU 7.2, which has no RCC, no GPIO and half an ADC: even the oscillator this runs on is "not ready" there.
template <typename Bus>
bool IsEmulated(Bus& bus) {
  return (bus.Read(kClockControl) & kInternalReady) == 0;
}

}  // namespace continuo::mcu::board::stm32
