// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "agent-mcu/board/stm32/clock/clock_tree.h"
#include "agent-mcu/board/stm32/mac/mac_registers.h"

// What is at the other end of MDIO: IEEE 802.3, clause 22, and the register of the LAN8742A (DS00001989) in which it
// says what was agreed on.

namespace continuo::mcu::board::stm32 {

struct Link {
  bool up = false;
  bool fast = false;  ///< 100 Mbit/s; else 10
  bool full_duplex = false;
  bool operator==(const Link&) const = default;
};

/// Main program. Bus: as of BringUpClocks, and `Wait(nanoseconds)`.
template <typename Bus>
class Phy {
 public:
  /// `address` 0..31.
  constexpr Phy(Bus& bus, std::uint32_t address) : bus_(bus), address_(address) {}

  /// Has it ask the other end how it wishes to speak. False: nobody is there, or it does not wake. Takes 0.6 s at most.
  bool Begin() {
    const auto name = Read(kName);
    // A line that nobody drives reads as ones.
    if (!name || *name == 0 || *name == 0xffff) return false;
    if (!Write(kControl, kReset)) return false;
    for (int i = 0; i < 60; ++i) {
      bus_.Wait(10'000'000);
      const auto control = Read(kControl);
      if (control && (*control & kReset) == 0) return Write(kControl, kNegotiates | kAsksAnew);
    }
    return false;
  }

  /// As it is now; a link that was lost since the last look is down once more.
  Link Look() {
    const auto status = Read(kStatus);
    if (!status || (*status & (kLinkUp | kAgreed)) != (kLinkUp | kAgreed)) return {};
    const auto special = Read(kSpecial);
    if (!special) return {};
    const std::uint32_t speed = *special >> 2 & 7;
    return {.up = (speed & 3) == 1 || (speed & 3) == 2,
            .fast = (speed & 2) != 0,
            .full_duplex = (speed & 4) != 0};
  }

 private:
  static constexpr std::uint32_t kControl = 0, kStatus = 1, kName = 2, kSpecial = 31;
  static constexpr std::uint32_t kReset = 1u << 15, kNegotiates = 1u << 12, kAsksAnew = 1u << 9;
  static constexpr std::uint32_t kLinkUp = 1u << 2, kAgreed = 1u << 5;

  bool Command(std::uint32_t index, std::uint32_t bits) {
    bus_.Write(kMiiAddress, address_ << 11 | index << 6 | kMiiClock | bits | kMiiBusy);
    return Becomes(bus_, kMiiAddress, kMiiBusy, 0);
  }
  std::optional<std::uint32_t> Read(std::uint32_t index) {
    if (!Command(index, 0)) return std::nullopt;
    return bus_.Read(kMiiData) & 0xffff;
  }
  bool Write(std::uint32_t index, std::uint32_t value) {
    bus_.Write(kMiiData, value);
    return Command(index, kMiiWrite);
  }

  Bus& bus_;
  const std::uint32_t address_;
};

}  // namespace continuo::mcu::board::stm32
