// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/board/watchdog.h"

#include "agent-mcu/board/memory_map.h"
#include "agent-mcu/board/registers.h"

// CMSDK APB watchdog (Cortex-M System Design Kit TRM, 4.6): counts down, raises an interrupt at zero, resets at the
// next.

namespace continuo::mcu::board {
namespace {

constexpr std::uintptr_t kLoad = kWatchdog, kControl = kWatchdog + 8, kClear = kWatchdog + 12,
                         kLock = kWatchdog + 0xC00;

}  // namespace

void WatchdogBegin(std::uint32_t ms) {
  Register(kLock) = 0x1ACCE551;
  Register(kLoad) = kClockHz / 1000 * ms / 2;
  Register(kControl) = 3;  // interrupt (which counts, masked or not), reset
}

void WatchdogFeed() {
  Register(kClear) = 1;
}

// Its interrupt came first, and left a record.
bool WatchdogBit() {
  return false;
}

}  // namespace continuo::mcu::board
