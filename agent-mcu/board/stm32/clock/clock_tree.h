// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

// The clocks of an STM32F4 or F7 (RM0090 and RM0410: chapters on RCC, PWR and flash): from the 16 MHz that
// it wakes with to the PLL's. Registers are handed in, so that a test can be an RCC that is slow, or has no crystal.

namespace continuo::mcu::board::stm32 {

inline constexpr std::uintptr_t kPowerControl = 0x40007000;
inline constexpr std::uintptr_t kRcc = 0x40023800;
inline constexpr std::uintptr_t kClockControl = kRcc, kPllConfig = kRcc + 4,
                                kClockConfig = kRcc + 8, kAhb1Reset = kRcc + 0x10,
                                kAhb1Enable = kRcc + 0x30, kApb1Enable = kRcc + 0x40,
                                kApb2Enable = kRcc + 0x44, kResetStatus = kRcc + 0x74;
inline constexpr std::uintptr_t kFlashAccess = 0x40023C00;

inline constexpr std::uint32_t kInternalReady = 1u << 1, kCrystalOn = 1u << 16,
                               kCrystalReady = 1u << 17, kCrystalBypassed = 1u << 18,
                               kPllOn = 1u << 24, kPllReady = 1u << 25;                 // CR
inline constexpr std::uint32_t kPllFromCrystal = 1u << 22;                              // PLLCFGR
inline constexpr std::uint32_t kFromPll = 2, kRunsFromPll = 2u << 2;                    // CFGR
inline constexpr std::uint32_t kPowerEnable = 1u << 28;                                 // APB1ENR
inline constexpr std::uint32_t kPrefetch = 1u << 8, kFlashCaches = 1u << 9 | 1u << 10;  // ACR

/// What a board wants of its clocks.
struct ClockPlan {
  std::uint32_t crystal_mhz;  ///< 4..26, whole
  bool bypassed;              ///< it is no crystal but a clock that comes ready made
  /// 1000..2000, what the PLLs multiply: the crystal, 16 MHz and twice the core's rate are multiples of it.
  std::uint32_t pll_input_khz;
  std::uint32_t core_mhz;                    ///< 50..216: half of what the PLL's oscillator runs at
  std::uint32_t flash_waits;                 ///< at that rate and 3.3 V
  std::uint32_t flash_caches;                ///< more bits of ACR
  std::uint32_t voltage_scale;               ///< bits of PWR_CR
  std::uint32_t apb1_divider, apb2_divider;  ///< 1, 2, 4, 8, 16
};

enum class ClockSource : std::uint8_t {
  kCrystal,   ///< the PLL, from the crystal
  kInternal,  ///< the PLL, from the RC oscillator, since the crystal does not swing: right to 1 %
  kBare,      ///< the RC oscillator itself, since the PLL does not lock either
  kNone,      ///< there is no RCC: an emulator, which runs as if all were set
};

/// What it has got, Hz.
struct Clocks {
  ClockSource source = ClockSource::kBare;
  std::uint32_t core = 16'000'000;
  std::uint32_t apb1 = 16'000'000, apb2 = 16'000'000;
  std::uint32_t apb1_timers = 16'000'000;  ///< twice apb1 where that is divided
};

/// Of CFGR: 0xx is not divided, 100 by 2, 101 by 4...
constexpr std::uint32_t DividerBits(std::uint32_t divider) {
  std::uint32_t bits = 3;
  for (; divider > 1; divider /= 2) ++bits;
  return bits == 3 ? 0 : bits;
}

constexpr Clocks ClocksOf(const ClockPlan& plan, ClockSource source) {
  if (source == ClockSource::kBare) return {};
  const std::uint32_t core = plan.core_mhz * 1'000'000;
  const std::uint32_t apb1 = core / plan.apb1_divider;
  return {.source = source,
          .core = core,
          .apb1 = apb1,
          .apb2 = core / plan.apb2_divider,
          .apb1_timers = plan.apb1_divider == 1 ? apb1 : 2 * apb1};
}

/// How often a register is looked at: at 16 MHz some 30 ms; a crystal takes 2, the PLL 0.3.
inline constexpr int kPatience = 100'000;

template <typename Bus>
bool Becomes(Bus& bus, std::uintptr_t address, std::uint32_t mask, std::uint32_t value) {
  for (int i = 0; i < kPatience; ++i) {
    if ((bus.Read(address) & mask) == value) return true;
  }
  return false;
}

template <typename Bus>
void SetBits(Bus& bus, std::uintptr_t address, std::uint32_t mask, std::uint32_t bits) {
  bus.Write(address, (bus.Read(address) & ~mask) | bits);
}

/// A peripheral hears nothing for a few cycles after its clock has been switched on (errata ES0182 and ES0334): to read
/// the switch again takes as long.
template <typename Bus>
void EnableClock(Bus& bus, std::uintptr_t address, std::uint32_t bits) {
  SetBits(bus, address, 0, bits);
  bus.Read(address);
}

/// Bus: `std::uint32_t Read(address)`, `void Write(address, value)`. Once after reset; main program. Waits for each
/// step, for a while: a board without a crystal plays on a worse clock.
template <typename Bus>
Clocks BringUpClocks(Bus& bus, const ClockPlan& plan) {
  const auto set = [&bus](std::uintptr_t address, std::uint32_t bits) {
    SetBits(bus, address, 0, bits);
  };
  // What this runs on is ready; a register that says otherwise is none.
  if ((bus.Read(kClockControl) & kInternalReady) == 0) return ClocksOf(plan, ClockSource::kNone);
  EnableClock(bus, kApb1Enable, kPowerEnable);
  set(kPowerControl, plan.voltage_scale);
  set(kClockControl, (plan.bypassed ? kCrystalBypassed : 0) | kCrystalOn);
  const bool swings = Becomes(bus, kClockControl, kCrystalReady, kCrystalReady);
  const std::uint32_t divider = (swings ? plan.crystal_mhz : 16) * 1000 / plan.pll_input_khz;
  const std::uint32_t factor = 2 * plan.core_mhz * 1000 / plan.pll_input_khz;
  // P = 2; Q, of USB, which nobody needs, is as low as it may be for 48 MHz.
  const std::uint32_t usb = (2 * plan.core_mhz + 47) / 48;
  bus.Write(kPllConfig, divider | factor << 6 | (swings ? kPllFromCrystal : 0) | usb << 24);
  set(kClockControl, kPllOn);
  if (!Becomes(bus, kClockControl, kPllReady, kPllReady)) return {};
  // Flash must be told to wait before the core is quicker than it.
  bus.Write(kFlashAccess, plan.flash_waits | plan.flash_caches);
  if (!Becomes(bus, kFlashAccess, 0xf, plan.flash_waits)) return {};
  const std::uint32_t dividers =
      DividerBits(plan.apb1_divider) << 10 | DividerBits(plan.apb2_divider) << 13;
  bus.Write(kClockConfig, dividers | kFromPll);
  // It is chosen: what is not seen to happen now has happened.
  Becomes(bus, kClockConfig, 3u << 2, kRunsFromPll);
  return ClocksOf(plan, swings ? ClockSource::kCrystal : ClockSource::kInternal);
}

}  // namespace continuo::mcu::board::stm32
