// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

// Arm MPS2 with FPGA image AN500: a Cortex-M7 at 25 MHz. Addresses: Arm application note AN500, memory map.

namespace continuo::mcu::board {

inline constexpr const char* kName = "mps2-an500";
inline constexpr std::uint32_t kClockHz = 25'000'000;
inline constexpr std::uintptr_t kUart = 0x40004000;
inline constexpr std::uintptr_t kFpgaIo = 0x40028000;
inline constexpr std::uintptr_t kWatchdog = 0x40008000;
inline constexpr std::uintptr_t kEthernet = 0xA0000000;
inline constexpr unsigned kUartInterrupt = 0;
inline constexpr unsigned kEthernetInterrupt = 13;

}  // namespace continuo::mcu::board
