// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>

#include "agent-mcu/board/board.h"

namespace continuo::mcu::board {

/// When frames came, of a controller that interrupts for the first since it was last told to, as of ethernet.h. It may
/// be late, and is never early: who measures with it takes what is quickest.
class ArrivalStamp {
 public:
  /// Before the controller may interrupt.
  void Wake() {
    has_come_.store(false, std::memory_order_relaxed);
    stamped_.store(false, std::memory_order_relaxed);
  }
  /// In the interrupt, which does not come again until Wake. `waits`: there is a frame; else the main program was
  /// quicker, and the next one comes later.
  void Interrupt(bool waits) {
    stamp_ = Now();
    has_come_.store(true, std::memory_order_relaxed);
    stamped_.store(waits, std::memory_order_release);
  }
  /// Of a frame that has just been taken.
  void Take() { came_at_ = stamped_.exchange(false, std::memory_order_acquire) ? stamp_ : Now(); }
  Nanoseconds came_at() const { return came_at_; }
  bool has_come() const { return has_come_.load(std::memory_order_relaxed); }

 private:
  std::atomic<bool> has_come_{false}, stamped_{false};
  Nanoseconds stamp_ = 0;
  Nanoseconds came_at_ = 0;
};

}  // namespace continuo::mcu::board
