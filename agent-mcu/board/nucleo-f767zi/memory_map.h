// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "agent-mcu/board/stm32/clock/clock_tree.h"
#include "agent-mcu/board/stm32/usart.h"

// Nucleo-F767ZI: an STM32F767ZI, a Cortex-M7 with a double-precision FPU. Its clock is the 8 MHz that the ST-LINK
// makes; 180 MHz is the most without over-drive. USART3 is the serial port that the ST-LINK shows (UM1974). Addresses,
// clocks, interrupts: RM0410.

namespace continuo::mcu::board {

inline constexpr const char* kName = "nucleo-f767zi";
inline constexpr stm32::ClockPlan kClock{.crystal_mhz = 8,
                                         .bypassed = true,
                                         .core_mhz = 180,
                                         .flash_waits = 5,
                                         .flash_caches = stm32::kPrefetch,
                                         .voltage_scale = 3u << 14,
                                         .apb1_divider = 4,
                                         .apb2_divider = 2};
inline constexpr stm32::Usart kUsart = stm32::UsartOfF7(0x40004800);
inline constexpr unsigned kUartInterrupt = 39;
inline constexpr std::uint32_t kUartBus = 1;
inline constexpr std::uint32_t kUartEnable = 1u << 18;
/// TX and RX: PD8 and PD9, alternate function 7.
inline constexpr char kUartPort = 'D';
inline constexpr unsigned kUartPins[] = {8, 9};
/// Flash is slow without it; data are in the core's own RAM.
inline constexpr bool kHasInstructionCache = true;

}  // namespace continuo::mcu::board
