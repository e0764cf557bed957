// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "agent-mcu/board/stm32/clock/clock_tree.h"
#include "agent-mcu/board/stm32/panel/pin.h"
#include "agent-mcu/board/stm32/pins.h"
#include "agent-mcu/board/stm32/usart.h"

// Netduino Plus 2: an STM32F405RG, a Cortex-M4F at 168 MHz. Addresses, clocks, interrupts: RM0090.

namespace continuo::mcu::board {

inline constexpr const char* kName = "netduinoplus2";
inline constexpr stm32::ClockPlan kClock{.crystal_mhz = 25,
                                         .bypassed = false,
                                         .pll_input_khz = 1000,
                                         .core_mhz = 168,
                                         .flash_waits = 5,
                                         .flash_caches = stm32::kPrefetch | stm32::kFlashCaches,
                                         .voltage_scale = 1u << 14,
                                         .apb1_divider = 4,
                                         .apb2_divider = 2};
inline constexpr stm32::Usart kUsart = stm32::UsartOfF4(0x40011000);  // USART1
inline constexpr unsigned kUartInterrupt = 37;
inline constexpr std::uint32_t kUartBus = 2;
inline constexpr std::uint32_t kUartEnable = 1u << 4;
/// TX and RX.
inline constexpr stm32::Pins kUartPins{.port = 'A', .numbers = {9, 10}, .function = 7};
/// Knobs at ADC123_IN10 to 13.
inline constexpr stm32::AnalogPin kKnobPins[] = {
    {{'C', 0}, 10}, {{'C', 1}, 11}, {{'C', 2}, 12}, {{'C', 3}, 13}};
/// Switches, to ground.
inline constexpr stm32::Pin kSwitchPins[] = {{'A', 3}, {'A', 2}, {'B', 12}, {'B', 8}};
/// Tempo, transport, click, relay; four of a meter from the bottom.
inline constexpr stm32::Pin kOutputPins[] = {{'B', 9},  {'A', 1},  {'A', 0},  {'A', 6},
                                             {'B', 10}, {'B', 15}, {'B', 14}, {'B', 13}};
inline constexpr bool kHasInstructionCache = false;  // but its flash has

}  // namespace continuo::mcu::board
