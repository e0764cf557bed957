// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/board/panel.h"

#include <iterator>

#include "agent-mcu/board/memory_map.h"
#include "agent-mcu/board/registers.h"
#include "agent-mcu/board/stm32/bus.h"
#include "agent-mcu/board/stm32/clock/clock_tree.h"
#include "agent-mcu/board/stm32/panel_pins.h"
#include "agent-mcu/board/stm32/usart.h"

// Pins, and ADC1 by single conversions (RM0090 and RM0410, ADC: alike in both): eight are added up, 84 cycles of 22 MHz
// at most each, which is what a potentiometer of 10 kOhm wants. QEMU 7.2 has no GPIO, and an ADC that counts: there
// the panel is at the second UART, USART2 of the F405, and whoever writes to it is the hand at it. Four bytes for each
// thing he does, of which the first alone has its top bit set: 0x80 + input, value / 128, value % 128, sum of those
// three modulo 128.

namespace continuo::mcu::board {
namespace {

constexpr std::uintptr_t kAdc = 0x40012000, kAdcStatus = kAdc, kAdcControl = kAdc + 8,
                         kAdcSampleTimes = kAdc + 0x0C, kAdcLength = kAdc + 0x2C,
                         kAdcSequence = kAdc + 0x34, kAdcData = kAdc + 0x4C,
                         kAdcCommon = kAdc + 0x304;
constexpr std::uint32_t kAdcEnable = 1u << 8;  // of APB2
constexpr std::uint32_t kAdcOn = 1, kAdcBegin = 1u << 30, kAdcDone = 1u << 1;
constexpr std::uint32_t kAdcClockBy4 = 1u << 16;
constexpr std::uint32_t kAdc84Cycles = 4;
constexpr int kConversions = 8, kAdcPatience = 2000;

constexpr stm32::Usart kHand = stm32::UsartOfF4(0x40004400);

using Readings = std::array<std::uint16_t, kPanelKnobs + kPanelSwitches>;

stm32::Bus bus;
Readings readings{};
bool emulated = false;
std::size_t turn = 0;  // which knob is measured next

static_assert(std::size(kKnobPins) == kPanelKnobs && std::size(kSwitchPins) == kPanelSwitches);

void BeginConverter() {
  stm32::EnableClock(bus, stm32::kApb2Enable, kAdcEnable);
  Register(kAdcCommon) = kAdcClockBy4;
  // Three bits for each channel: 10 and above in the first register, the others in the second.
  for (const stm32::AnalogPin& knob : kKnobPins) {
    const bool low = knob.channel < 10;
    const std::uint32_t shift = 3 * (low ? knob.channel : knob.channel - 10);
    stm32::SetBits(bus, kAdcSampleTimes + (low ? 4 : 0), 7u << shift, kAdc84Cycles << shift);
  }
  Register(kAdcLength) = 0;  // a sequence of one
  Register(kAdcControl) = kAdcOn;
}

/// The mean of some; a converter that does not answer leaves the knob where it was.
std::uint16_t Measure(std::uint32_t channel, std::uint16_t before) {
  std::uint32_t sum = 0;
  Register(kAdcSequence) = channel;
  for (int i = 0; i < kConversions; ++i) {
    Register(kAdcControl) = kAdcOn | kAdcBegin;
    int patience = kAdcPatience;
    while ((Register(kAdcStatus) & kAdcDone) == 0) {
      if (--patience == 0) return before;
    }
    sum += Register(kAdcData) & 0xfff;
  }
  return static_cast<std::uint16_t>(sum / kConversions);
}

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
  using stm32::Pull;
  for (const stm32::AnalogPin& knob : kKnobPins) {
    stm32::SetPin(bus, knob.pin, PinMode::kAnalog, Pull::kNone);
  }
  for (const stm32::Pin& pin : kSwitchPins) stm32::SetPin(bus, pin, PinMode::kInput, Pull::kUp);
  for (const stm32::Pin& pin : kOutputPins) {
    stm32::SwitchPin(bus, pin, false);
    stm32::SetPin(bus, pin, PinMode::kOutput, Pull::kNone);
  }
  BeginConverter();
}

Readings ReadPanel() {
  if (emulated) {
    FollowHand();
    return readings;
  }
  readings[turn] = Measure(kKnobPins[turn].channel, readings[turn]);
  turn = (turn + 1) % kPanelKnobs;
  for (std::size_t i = 0; i < kPanelSwitches; ++i) {
    readings[kPanelKnobs + i] = stm32::IsHigh(bus, kSwitchPins[i]) ? 0 : 1;
  }
  return readings;
}

void SwitchOutputs(std::uint8_t on) {
  for (std::size_t i = 0; i < std::size(kOutputPins); ++i) {
    stm32::SwitchPin(bus, kOutputPins[i], (on >> i & 1) != 0);
  }
}

}  // namespace continuo::mcu::board
