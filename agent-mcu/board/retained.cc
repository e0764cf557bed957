// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/board/retained.h"

#include "agent-mcu/board/registers.h"
#include "agent-mcu/board/watchdog.h"

extern "C" {
// The linker script's: between stack and end of RAM, in no section, so that nothing clears it.
extern continuo::mcu::board::Retained __retained;
}

namespace continuo::mcu::board {
namespace {

constexpr std::uint32_t kMagic = 0x436F6E32;
constexpr std::uint32_t kNonMaskableInterrupt = 2;
constexpr std::uintptr_t kInterruptAndReset = 0xE000ED0C;
constexpr std::uintptr_t kFaultStatus = 0xE000ED28;
constexpr std::uintptr_t kMemoryFaultAddress = 0xE000ED34, kBusFaultAddress = 0xE000ED38;
constexpr std::uint32_t kMemoryAddressValid = 1u << 7, kBusAddressValid = 1u << 15;
static_assert(sizeof(Retained) <= 64);

}  // namespace

Retained& RetainedRecord() {
  return __retained;
}

void CountBoot() {
  if (__retained.magic != kMagic) {
    __retained = {};
    __retained.magic = kMagic;
  }
  if (WatchdogBit()) {
    __retained.fault_kind =
        kNonMaskableInterrupt;  // as where the watchdog raises one: the bridge knows it
    __retained.fault_pc = __retained.fault_lr = 0;
    __retained.fault_status = __retained.fault_address = 0;
    __retained.fault_boot = __retained.boots;
  }
  ++__retained.boots;
}

void RecordFault(const std::uint32_t* frame, std::uint32_t exception) {
  const std::uint32_t status = Register(kFaultStatus);
  __retained.fault_kind = exception & 0x1ff;
  __retained.fault_lr = frame[5];
  __retained.fault_pc = frame[6];
  __retained.fault_status = status;
  __retained.fault_address = 0;
  if (status & kBusAddressValid) __retained.fault_address = Register(kBusFaultAddress);
  if (status & kMemoryAddressValid) __retained.fault_address = Register(kMemoryFaultAddress);
  __retained.fault_boot = __retained.boots;
  Register(kFaultStatus) = status;  // each bit is cleared by writing it
}

void Reset() {
  Register(kInterruptAndReset) = 0x05FA0004;  // key, SYSRESETREQ
  for (;;) asm volatile("dsb");
}

}  // namespace continuo::mcu::board
