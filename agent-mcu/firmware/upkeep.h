// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <new>

#include "agent-mcu/rt/health.h"
#include "proto/mcu/seal/board_seal.h"

// What the firmware of all boards has in common. Main program, but for what says otherwise.

namespace continuo::mcu::firmware {

inline constexpr std::uint32_t kIdleRate = 1000;    // blocks a second while nothing plays
inline constexpr std::uint32_t kWatchdogMs = 8000;  // an emulator's host may be away for seconds

/// Room for one that is made when the program begins. As a static object it would lie in flash as well, byte for byte,
/// since not all of it is zero.
template <typename T>
class Room {
 public:
  void Make() { new (bytes_.data()) T; }
  T& operator*() { return *std::launder(reinterpret_cast<T*>(bytes_.data())); }

 private:
  alignas(T) std::array<std::byte, sizeof(T)> bytes_;
};

void Print(const char* text);

/// Takes the key from its page. nullptr, or why this board must not speak to anybody.
const char* ReadKey();
/// Once ReadKey found nothing wrong: one for each `way` by which a bridge may speak.
BoardSeal MakeSeal(std::uint8_t way = 0);
/// Of the key; empty: there is none.
FixedString<32> DeviceName();
Health HealthNow(const SealCounters& seal);

/// Feeds the watchdog while both live: a loop that runs while the interrupt does not, or the other way round, is as
/// dead as both.
class Guard {
 public:
  /// In the block interrupt.
  void Count() { blocks_.fetch_add(1, std::memory_order_relaxed); }
  /// Once a turn of the loop.
  void Feed();

 private:
  std::atomic<std::uint32_t> blocks_{0};
  std::uint32_t seen_ = 0;
};

}  // namespace continuo::mcu::firmware
