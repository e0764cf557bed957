// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/board/stm32/clock/clock_tree.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace continuo::mcu::board::stm32 {
namespace {

constexpr ClockPlan kF405{.crystal_mhz = 25,
                          .bypassed = false,
                          .pll_input_khz = 1000,
                          .core_mhz = 168,
                          .flash_waits = 5,
                          .flash_caches = kPrefetch | kFlashCaches,
                          .voltage_scale = 1u << 14,
                          .apb1_divider = 4,
                          .apb2_divider = 2};

/// RCC, PWR and flash interface as the reference manual has them: a flag follows its switch some reads later, and what
/// must not be written is counted.
class Chip {
 public:
  bool has_crystal = true, locks = true, exists = true;
  double crystal_mhz = 25;
  int slow = 100;  // reads until something is ready

  std::uint32_t Read(std::uintptr_t address) {
    if (!exists) return 0;
    std::uint32_t value = written_[address];
    // The clock of a peripheral that was switched on reaches it some cycles later.
    if (address == kApb1Enable) power_hears_ = (value & kPowerEnable) != 0;
    if (address == kClockControl) {
      value |= kInternalReady;
      if (value & kCrystalOn && has_crystal && crystal_reads_++ > slow) value |= kCrystalReady;
      if (value & kPllOn && locks && PllIsFed() && pll_reads_++ > slow) {
        value |= kPllReady;
        locked_ = true;
      }
    }
    if (address == kClockConfig) value |= (value & 3) << 2;
    return value;
  }
  void Write(std::uintptr_t address, std::uint32_t value) {
    if (!exists) return;
    if (address == kPllConfig && written_[kClockControl] & kPllOn) wrong.push_back("the PLL is on");
    if (address == kPowerControl && !power_hears_) wrong.push_back("PWR has no clock yet");
    if (address == kClockConfig && (value & 3) == kFromPll) {
      if (!locked_) wrong.push_back("the PLL is not ready");
      if ((written_[kFlashAccess] & 0xf) < 5) wrong.push_back("flash is too slow");
      if ((value >> 10 & 7) != 5 || (value >> 13 & 7) != 4) wrong.push_back("a bus is too quick");
    }
    written_[address] = value;
  }
  /// Of the core, if it runs from the PLL.
  double Mhz() const {
    const std::uint32_t pll = written_.at(kPllConfig);
    const double into = pll & kPllFromCrystal ? crystal_mhz : 16;
    return into / (pll & 0x3f) * (pll >> 6 & 0x1ff) / (2 * (pll >> 16 & 3) + 2);
  }
  std::vector<std::string> wrong;

 private:
  bool PllIsFed() { return !(written_[kPllConfig] & kPllFromCrystal) || crystal_reads_ > slow; }
  std::map<std::uintptr_t, std::uint32_t> written_;
  int crystal_reads_ = 0, pll_reads_ = 0;
  bool locked_ = false, power_hears_ = false;
};

TEST(ClockTreeTest, TheCoreRunsFromThePllAndThePllFromTheCrystal) {
  Chip chip;
  const Clocks clocks = BringUpClocks(chip, kF405);
  EXPECT_EQ(clocks.source, ClockSource::kCrystal);
  EXPECT_EQ(clocks.core, 168'000'000u);
  EXPECT_EQ(clocks.apb1, 42'000'000u);
  EXPECT_EQ(clocks.apb1_timers, 84'000'000u);
  EXPECT_EQ(clocks.apb2, 84'000'000u);
  EXPECT_EQ(chip.Mhz(), 168);
  EXPECT_TRUE(chip.wrong.empty()) << chip.wrong.front();
}

TEST(ClockTreeTest, AnF7MayHave180MhzFromTheClockOfItsDebugger) {
  constexpr ClockPlan kF767{.crystal_mhz = 8,
                            .bypassed = true,
                            .pll_input_khz = 1600,
                            .core_mhz = 180,
                            .flash_waits = 5,
                            .flash_caches = kPrefetch,
                            .voltage_scale = 3u << 14,
                            .apb1_divider = 4,
                            .apb2_divider = 2};
  Chip chip;
  chip.crystal_mhz = 8;
  const Clocks clocks = BringUpClocks(chip, kF767);
  EXPECT_EQ(clocks.source, ClockSource::kCrystal);
  EXPECT_EQ(chip.Mhz(), 180);
  EXPECT_EQ(clocks.apb1, 45'000'000u);
  EXPECT_EQ(clocks.apb1_timers, 90'000'000u);
  EXPECT_NE(chip.Read(kClockControl) & kCrystalBypassed, 0u);
  EXPECT_TRUE(chip.wrong.empty()) << chip.wrong.front();
}

TEST(ClockTreeTest, WithoutACrystalThePllRunsFromTheInternalOscillator) {
  Chip chip;
  chip.has_crystal = false;
  const Clocks clocks = BringUpClocks(chip, kF405);
  EXPECT_EQ(clocks.source, ClockSource::kInternal);
  EXPECT_EQ(clocks.core, 168'000'000u);
  EXPECT_EQ(chip.Mhz(), 168);
  EXPECT_TRUE(chip.wrong.empty()) << chip.wrong.front();
}

TEST(ClockTreeTest, WithoutAPllTheCoreStaysWhereItWas) {
  Chip chip;
  chip.locks = false;
  const Clocks clocks = BringUpClocks(chip, kF405);
  EXPECT_EQ(clocks.source, ClockSource::kBare);
  EXPECT_EQ(clocks.core, 16'000'000u);
  EXPECT_EQ(clocks.apb1_timers, 16'000'000u);
  EXPECT_TRUE(chip.wrong.empty()) << chip.wrong.front();
}

TEST(ClockTreeTest, WhereThereIsNoRccNothingIsWaitedFor) {
  Chip chip;
  chip.exists = false;
  const Clocks clocks = BringUpClocks(chip, kF405);
  EXPECT_EQ(clocks.source, ClockSource::kNone);
  EXPECT_EQ(clocks.core, 168'000'000u);
}

TEST(ClockTreeTest, DividersAreWrittenAsTheManualHasThem) {
  EXPECT_EQ(DividerBits(1), 0u);
  EXPECT_EQ(DividerBits(2), 4u);
  EXPECT_EQ(DividerBits(4), 5u);
  EXPECT_EQ(DividerBits(16), 7u);
}

}  // namespace
}  // namespace continuo::mcu::board::stm32
