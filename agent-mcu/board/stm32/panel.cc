// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/board/panel.h"

#include <iterator>

#include "agent-mcu/board/memory_map.h"
#include "agent-mcu/board/registers.h"
#include "agent-mcu/board/stm32/bus.h"
#include "agent-mcu/board/stm32/clock/clock_tree.h"
#include "agent-mcu/board/stm32/panel/converter.h"
#include "agent-mcu/board/stm32/panel/pin.h"
#include "agent-mcu/board/stm32/usart.h"

// QEMU 7.2 has no GPIO, and an ADC that counts: there the panel is at the second UART, USART2 of the F405, and whoever
// writes to it is the hand at it. Four bytes for each thing he does, of which the first alone has its top bit set:
// 0x80 + input, value / 128, value % 128, sum of those three modulo 128.

namespace continuo::mcu::board {
namespace {

constexpr stm32::Usart kHand = stm32::UsartOfF4(0x40004400);

using Readings = std::array<std::uint16_t, kPanelKnobs + kPanelSwitches>;

stm32::Bus bus;
Readings readings{};
bool emulated = false;
std::size_t turn = 0;  // which knob is measured next

static_assert(std::size(kKnobPins) == kPanelKnobs && std::size(kSwitchPins) == kPanelSwitches);

/// What came over the emulator's second UART.
void FollowHand() {
  static std::array<std::uint8_t, 4> bytes{};
  static std::size_t size = 0;
  while ((Register(kHand.status) & stm32::kUsartCame) != 0) {
    const auto byte = static_cast<std::uint8_t>(Register(kHand.receive) & 0xff);
    if ((byte & 0x80) != 0) size = 0;
    if (size == bytes.size()) continue;
    bytes[size++] = byte;
    if (size < bytes.size()) continue;
    const std::size_t input = bytes[0] & 0x7f;
    const bool whole = ((bytes[0] + bytes[1] + bytes[2]) & 0x7f) == bytes[3];
    if (!whole || input >= readings.size()) continue;
    readings[input] = static_cast<std::uint16_t>(bytes[1] << 7 | bytes[2]);
  }
}

}  // namespace

void BeginPanel() {
  emulated = stm32::IsEmulated(bus);
  if (emulated) {
    Register(kHand.control) = kHand.on;
    return;
  }
  using stm32::PinMode;
  using stm32::PinPull;
  stm32::BeginConverter(bus);
  for (const stm32::AnalogPin& knob : kKnobPins) {
    stm32::SetSampleTime(bus, knob.channel);
    stm32::SetPin(bus, knob.pin, PinMode::kAnalog, PinPull::kNone);
  }
  for (const stm32::Pin& pin : kSwitchPins) stm32::SetPin(bus, pin, PinMode::kInput, PinPull::kUp);
  for (const stm32::Pin& pin : kOutputPins) {
    stm32::SetPin(bus, pin, PinMode::kOutput, PinPull::kNone);
  }
}

Readings ReadPanel() {
  if (emulated) {
    FollowHand();
    return readings;
  }
  readings[turn] = stm32::Measure(bus, kKnobPins[turn].channel, readings[turn]);
  turn = (turn + 1) % kPanelKnobs;
  for (std::size_t i = 0; i < kPanelSwitches; ++i) {
    readings[kPanelKnobs + i] = stm32::IsHigh(bus, kSwitchPins[i]) ? 0 : 1;
  }
  return readings;
}

void SwitchOutputs(std::uint8_t on) {
  if (emulated) return;
  for (std::size_t i = 0; i < std::size(kOutputPins); ++i) {
    stm32::SwitchPin(bus, kOutputPins[i], (on >> i & 1) != 0);
  }
}

}  // namespace continuo::mcu::board
