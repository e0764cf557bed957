// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>

namespace continuo::mcu::board::stm32 {

/// Whose turn it is in a ring of two halves that DMA goes round in: the program has the half that DMA has left, until
/// DMA comes back to it. In the interrupt, but for what says otherwise.
class HalfBuffers {
 public:
  /// `in_second`: where DMA is now; read it first. `first_done`, `second_done`: which halves it has left since the
  /// flags were cleared. Returns the half that is to be filled, 0 or 1.
  int Enter(bool in_second, bool first_done, bool second_done) {
    const int half = in_second ? 0 : 1;
    // Both: the interrupt came so late that one half or more was nobody's.
    if (first_done && second_done) Count(half == last_ ? 1 : 2);
    last_ = half;
    return half;
  }
  /// It is filled. `moved_on`: DMA has left the other half meanwhile, so some of what it sent was old.
  void Leave(bool moved_on) {
    if (moved_on) Count(1);
  }
  /// Any context.
  std::uint32_t late() const { return late_.load(std::memory_order_relaxed); }

 private:
  void Count(std::uint32_t halves) {
    late_.store(late_.load(std::memory_order_relaxed) + halves, std::memory_order_relaxed);
  }

  int last_ = 1;
  std::atomic<std::uint32_t> late_{0};
};

}  // namespace continuo::mcu::board::stm32
