// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

// Arm MPS2 with FPGA image AN386: a Cortex-M4F at 25 MHz. Addresses: Arm application note AN386, memory map.

namespace continuo::mcu::board {

inline constexpr const char* kName = "mps2-an386";
inline constexpr std::uint32_t kClockHz = 25'000'000;
inline constexpr std::uintptr_t kUart = 0x40004000;
inline constexpr std::uintptr_t kFpgaIo = 0x40028000;
inline constexpr std::uintptr_t kWatchdog = 0x40008000;
inline constexpr std::uintptr_t kEthernet = 0x40200000;
inline constexpr unsigned kUartInterrupt = 0;
inline constexpr unsigned kEthernetInterrupt = 13;

}  // namespace continuo::mcu::board
