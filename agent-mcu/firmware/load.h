// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "agent-mcu/board/board.h"

namespace continuo::mcu::firmware {

/// What a board did with its time and with what came from the network, since it began. For who looks into its memory
/// (tests/agent-mcu/profile): the symbol is `continuo_load`. Written by the main program, `blocks_ns` by the block
/// interrupt.
struct Load {
  std::uint32_t frames = 0;             ///< taken from the controller
  std::uint32_t datagrams = 0;          ///< of them, for this board's port
  std::uint32_t no_room = 0;            ///< of them, longer than any of ours, and lost
  std::uint32_t sleeps = 0;             ///< how often there was nothing to do
  std::int64_t now_ns = 0;              ///< of the board's clock, when it last woke
  std::int64_t asleep_ns = 0;           ///< until then
  volatile std::int64_t blocks_ns = 0;  ///< in the block interrupt
};
extern "C" Load continuo_load;

/// Waits for an interrupt, unless `is_due`; one that is pending already is enough (Armv7-M ARM, B1.5.19), so none is
/// slept through. It is served afterwards, so that no time of it counts as sleep.
inline void Sleep(bool (*is_due)()) {
  asm volatile("cpsid i" ::: "memory");
  if (is_due()) {
    asm volatile("cpsie i" ::: "memory");
    return;
  }
  const Nanoseconds from = board::Now();
  asm volatile("wfi" ::: "memory");
  continuo_load.now_ns = board::Now();
  continuo_load.asleep_ns += continuo_load.now_ns - from;
  ++continuo_load.sleeps;
  asm volatile("cpsie i" ::: "memory");
}

}  // namespace continuo::mcu::firmware
