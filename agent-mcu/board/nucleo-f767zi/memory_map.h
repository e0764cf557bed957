// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "agent-mcu/board/stm32/clock/clock_tree.h"
#include "agent-mcu/board/stm32/panel/pin.h"
#include "agent-mcu/board/stm32/pins.h"
#include "agent-mcu/board/stm32/usart.h"

// Nucleo-F767ZI: an STM32F767ZI, a Cortex-M7 with a double-precision FPU. Its clock is the 8 MHz that the ST-LINK
// makes; 180 MHz is the most without over-drive. The PLLs multiply 1.6 MHz, of which both 180 MHz and 48 kHz can be
// made. USART3 is the serial port that the ST-LINK shows (UM1974). Addresses, clocks, interrupts: RM0410.

namespace continuo::mcu::board {

inline constexpr const char* kName = "nucleo-f767zi";
inline constexpr stm32::ClockPlan kClock{.crystal_mhz = 8,
                                         .bypassed = true,
                                         .pll_input_khz = 1600,
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
/// TX and RX.
inline constexpr stm32::Pins kUartPins{.port = 'D', .numbers = {8, 9}, .function = 7};
/// Knobs at A0, A1, A2 and D12 of the Zio connectors (UM1974): ADC1_IN3, 10, 13, 6.
inline constexpr stm32::AnalogPin kKnobPins[] = {
    {{'A', 3}, 3}, {{'C', 0}, 10}, {{'C', 3}, 13}, {{'A', 6}, 6}};
/// Switches, to ground: D7, D6, D5, D4.
inline constexpr stm32::Pin kSwitchPins[] = {{'F', 13}, {'E', 9}, {'E', 11}, {'F', 14}};
/// Tempo, transport, click: LD1 to LD3. Relay: D2; four of a meter from the bottom: D3, D0, D1, D8.
inline constexpr stm32::Pin kOutputPins[] = {{'B', 0},  {'B', 7}, {'B', 14}, {'F', 15},
                                             {'E', 13}, {'G', 9}, {'G', 14}, {'F', 12}};
/// Flash is slow without it; data are in the core's own RAM.
inline constexpr bool kHasInstructionCache = true;

/// RMII, to the LAN8742A at address 0 (UM1974): REF_CLK, MDIO, CRS_DV; TXD1; MDC, RXD0, RXD1; TX_EN, TXD0.
inline constexpr stm32::Pins kEthernetPins[] = {
    {.port = 'A', .numbers = {1, 2, 7}, .function = 11},
    {.port = 'B', .numbers = {13}, .function = 11},
    {.port = 'C', .numbers = {1, 4, 5}, .function = 11},
    {.port = 'G', .numbers = {11, 13}, .function = 11},
};
inline constexpr unsigned kEthernetInterrupt = 61;
inline constexpr std::uint32_t kPhy = 0;
/// SAI1: MCLK_A, SD_B (in), FS_A, SCK_A, SD_A (out), all of them on the Zio connectors.
inline constexpr stm32::Pins kAudioPins{.port = 'E', .numbers = {2, 3, 4, 5, 6}, .function = 6};
/// Of stream 4 of DMA2, which brings what comes in.
inline constexpr unsigned kAudioInterrupt = 60;

}  // namespace continuo::mcu::board
