// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace continuo::mcu::board {

/// What outlives a reset, though not a loss of power. 64 bytes at most.
struct Retained {
  std::uint32_t magic;
  std::uint32_t boots;
  // Of the last fault:
  std::uint32_t fault_kind;          ///< number of the exception, Armv7-M ARM table B1-4; 0: none
  std::uint32_t fault_pc, fault_lr;  ///< 0: not known
  std::uint32_t fault_status;        ///< CFSR, Armv7-M ARM B3.2.15
  std::uint32_t fault_address;       ///< that could not be reached; 0: it is not known
  std::uint32_t fault_boot;          ///< in which life; 1: the first since power came
};

/// Any context.
Retained& RetainedRecord();

/// Counts a boot; wipes what is no record. Once, at first.
void CountBoot();

/// What a fault handler knows, as OnFault gets it (startup.h).
void RecordFault(const std::uint32_t* frame, std::uint32_t exception);

/// Starts over, as after a push on the button.
[[noreturn]] void Reset();

}  // namespace continuo::mcu::board
