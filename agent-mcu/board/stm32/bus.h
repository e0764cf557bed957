// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "agent-mcu/board/board.h"
#include "agent-mcu/board/registers.h"
#include "dsp/base/units.h"

namespace continuo::mcu::board::stm32 {

/// What the drivers' logic reaches the chip by; its tests have another. Any context, once Begin was called; before that
/// nothing may wait.
struct Bus {
  std::uint32_t Read(std::uintptr_t address) const { return Register(address); }
  void Write(std::uintptr_t address, std::uint32_t value) const { Register(address) = value; }
  /// Where DMA finds it.
  std::uint32_t Address(const volatile void* memory) const {
    return static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(memory));
  }
  /// What was written to memory is there before what is written now, to memory or to a peripheral.
  void Barrier() const { asm volatile("dsb" ::: "memory"); }
  void Wait(Nanoseconds span) const {
    const Nanoseconds from = Now();
    while (Now() - from < span) {
    }
  }
};

}  // namespace continuo::mcu::board::stm32
