// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "agent-mcu/board/registers.h"

namespace continuo::mcu::board {

/// What a counter of 32 bits has counted since Begin, if it is asked before each time that it comes round.
class LongCount {
 public:
  void Begin(std::uintptr_t counter) {
    counter_ = counter;
    last_ = Register(counter_);
    counted_ = 0;
  }
  /// Any context.
  std::uint64_t Now() {
    std::uint32_t masked;
    asm volatile("mrs %0, primask\n cpsid i" : "=r"(masked)::"memory");
    const std::uint32_t now = Register(counter_);
    counted_ += now - last_;
    last_ = now;
    const std::uint64_t all = counted_;
    asm volatile("msr primask, %0" ::"r"(masked) : "memory");
    return all;
  }

 private:
  std::uintptr_t counter_ = 0;
  std::uint32_t last_ = 0;
  std::uint64_t counted_ = 0;
};

}  // namespace continuo::mcu::board
