// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/board/watchdog.h"

#include <algorithm>

#include "agent-mcu/board/registers.h"
#include "agent-mcu/board/stm32/clock/clock_tree.h"

// The independent watchdog (RM0090, 21): counts an RC oscillator of 17 to 47 kHz down and resets without a word, so who
// comes back asks the RCC why. QEMU 7.2 has none: what is written here is ignored.

namespace continuo::mcu::board {
namespace {

constexpr std::uintptr_t kKey = 0x40003000, kPrescaler = kKey + 4, kReload = kKey + 8;
constexpr std::uint32_t kSlowest = 6;         // by 256
constexpr std::uint32_t kOscillatorKhz = 47;  // as quick as it may be: it never bites too soon
constexpr std::uint32_t kBitten = 1u << 29, kForget = 1u << 24;  // RCC_CSR

}  // namespace

void WatchdogBegin(std::uint32_t ms) {
  std::uint32_t prescaler = 0;
  while (prescaler < kSlowest && ms * kOscillatorKhz >> (2 + prescaler) > 0xfff) ++prescaler;
  Register(kKey) = 0xCCCC;  // on, and its oscillator
  Register(kKey) = 0x5555;  // what follows may be written
  Register(kPrescaler) = prescaler;
  Register(kReload) = std::min<std::uint32_t>(ms * kOscillatorKhz >> (2 + prescaler), 0xfff);
  WatchdogFeed();
}

void WatchdogFeed() {
  Register(kKey) = 0xAAAA;
}

bool WatchdogBit() {
  const bool bitten = (Register(stm32::kResetStatus) & kBitten) != 0;
  Register(stm32::kResetStatus) = kForget;
  return bitten;
}

}  // namespace continuo::mcu::board
