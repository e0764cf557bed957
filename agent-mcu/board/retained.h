// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace continuo::mcu::board {

/// What outlives a reset, though not a loss of power.
struct Retained {
  std::uint32_t magic;
  std::uint32_t boots;
  std::uint32_t fault_kind;  ///< number of the exception, Armv7-M ARM table B1-4; 0: none
  std::uint32_t fault_pc, fault_lr;
};

/// Any context.
Retained& RetainedRecord();

/// Counts a boot; wipes what is no record. Once, at first.
void CountBoot();

/// Starts over, as after a push on the button.
[[noreturn]] void Reset();

}  // namespace continuo::mcu::board
