// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "agent-mcu/board/memory_map.h"
#include "agent-mcu/board/registers.h"

// The USART of STM32F4 (RM0090, 30.6).

namespace continuo::mcu::board::stm32 {

inline constexpr std::uintptr_t kUsartStatus = kUart, kUsartReceive = kUart + 4,
                                kUsartSend = kUart + 4, kUsartBaud = kUart + 8,
                                kUsartControl = kUart + 12;
inline constexpr std::uint32_t kUsartOverrun = 1u << 3, kUsartCame = 1u << 5, kUsartEmpty = 1u << 7;
inline constexpr std::uint32_t kUsartOn = 1u << 13 | 1u << 3 | 1u << 2;  // itself, both ways
inline constexpr std::uint32_t kUsartInterrupt = 1u << 5;                // for what came

/// It is forgotten when the data are read after the status; `taken`: they were.
inline void ForgetOverrun(bool taken) {
  if (taken) return;
  [[maybe_unused]] const std::uint32_t data = Register(kUsartReceive);
}

}  // namespace continuo::mcu::board::stm32
