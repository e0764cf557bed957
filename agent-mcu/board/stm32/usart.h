// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace continuo::mcu::board::stm32 {

/// Where the registers of a USART are, of which there are two kinds.
struct Usart {
  std::uintptr_t control, baud, status, receive, send;
  std::uintptr_t clear;  ///< an overrun; 0: it is forgotten when the data are read after the status
  std::uint32_t on;      ///< in `control`: itself, both ways
};

/// RM0090, USART registers.
constexpr Usart UsartOfF4(std::uintptr_t base) {
  return {.control = base + 12,
          .baud = base + 8,
          .status = base,
          .receive = base + 4,
          .send = base + 4,
          .clear = 0,
          .on = 1u << 13 | 1u << 3 | 1u << 2};
}

/// RM0410, USART registers.
constexpr Usart UsartOfF7(std::uintptr_t base) {
  return {.control = base,
          .baud = base + 0x0C,
          .status = base + 0x1C,
          .receive = base + 0x24,
          .send = base + 0x28,
          .clear = base + 0x20,
          .on = 1u << 3 | 1u << 2 | 1u << 0};
}

// Alike in both: status, interrupt for what came.
inline constexpr std::uint32_t kUsartOverrun = 1u << 3, kUsartCame = 1u << 5, kUsartEmpty = 1u << 7;
inline constexpr std::uint32_t kUsartInterrupt = 1u << 5;

}  // namespace continuo::mcu::board::stm32
