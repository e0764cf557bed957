// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/board/retained.h"

#include "agent-mcu/board/registers.h"

extern "C" {
// The linker script's: between stack and end of RAM, in no section, so that nothing clears it.
extern continuo::mcu::board::Retained __retained;
}

namespace continuo::mcu::board {
namespace {

constexpr std::uint32_t kMagic = 0x436F6E31;
constexpr std::uintptr_t kInterruptAndReset = 0xE000ED0C;

}  // namespace

Retained& RetainedRecord() {
  return __retained;
}

void CountBoot() {
  if (__retained.magic != kMagic) __retained = {kMagic, 0, 0, 0, 0};
  ++__retained.boots;
}

void Reset() {
  Register(kInterruptAndReset) = 0x05FA0004;  // key, SYSRESETREQ
  for (;;) asm volatile("dsb");
}

}  // namespace continuo::mcu::board
