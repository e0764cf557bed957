// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/board/stm32/sai/sai.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "agent-mcu/board/stm32/sai/audio_clock.h"

namespace continuo::mcu::board::stm32 {
namespace {

constexpr ClockPlan kClock{.crystal_mhz = 8,
                           .bypassed = true,
                           .pll_input_khz = 1600,
                           .core_mhz = 180,
                           .flash_waits = 5,
                           .flash_caches = kPrefetch,
                           .voltage_scale = 3u << 14,
                           .apb1_divider = 4,
                           .apb2_divider = 2};
constexpr AudioClockPlan kPlan{.factor = 192, .divider = 5, .second_divider = 5};

/// RCC, SAI1 and DMA2 as RM0410 has them, as far as words are moved; what must not be written is counted.
class Chip {
 public:
  using Sai1 = Sai<Chip>;
  bool locks = true;
  std::vector<std::string> wrong;

  std::uint32_t Read(std::uintptr_t address) {
    std::uint32_t value = registers_[address];
    if (address == kClockControl && (value & kAudioPllOn) && locks && reads_++ > 50) {
      value |= kAudioPllReady;
    }
    return value;
  }
  void Write(std::uintptr_t address, std::uint32_t value) {
    if (address == Sai1::kForgetHigh) {
      registers_[Sai1::kFlagsHigh] &= ~value;
      return;
    }
    if (address == kAudioPllConfig && registers_[kClockControl] & kAudioPllOn)
      Wrong("the PLL is on");
    for (const std::uintptr_t stream : {Sai1::kInStream, Sai1::kOutStream}) {
      const bool on = (registers_[stream] & Sai1::kStreamOn) != 0;
      if (on && address > stream && address <= stream + 0x14) Wrong("the stream is on");
    }
    for (const std::uintptr_t block : {Sai1::kA, Sai1::kB}) {
      const bool on = (registers_[block] & Sai1::kOn) != 0;
      if (on && address > block && address <= block + Sai1::kSlots) Wrong("the block is on");
    }
    if (address == Sai1::kA && value & Sai1::kOn) {
      if (!(registers_[Sai1::kB] & Sai1::kOn)) Wrong("who hears is not there yet");
      if (!(registers_[Sai1::kOutStream] & Sai1::kStreamOn)) Wrong("nothing is there to be sent");
    }
    if (address == kClockControl) value &= ~kAudioPllReady;  // it can be read only
    registers_[address] = value;
    if (address == Sai1::kInStream + 4) left_ = value;
  }
  void Barrier() {}

  /// The DMA that hears moves so many words.
  void Move(std::uint32_t words) {
    if (moved_ == 0) whole_ = left_;
    for (std::uint32_t i = 0; i < words; ++i) {
      if (--left_ == whole_ / 2) registers_[Sai1::kFlagsHigh] |= Sai1::kFirstHalf;
      if (left_ == 0) {
        left_ = whole_;
        registers_[Sai1::kFlagsHigh] |= Sai1::kSecondHalf;
      }
    }
    // At the end of a round there may be none left for a moment.
    const bool ends = left_ == whole_ && words != 0;
    moved_ += words;
    registers_[Sai1::kInStream + 4] = ends ? 0 : left_;
  }
  bool Interrupts() {
    return (registers_[Sai1::kFlagsHigh] & (Sai1::kFirstHalf | Sai1::kSecondHalf)) != 0;
  }
  std::uint32_t at(std::uintptr_t address) { return registers_[address]; }

 private:
  void Wrong(const char* what) { wrong.emplace_back(what); }

  std::map<std::uintptr_t, std::uint32_t> registers_;
  std::uint32_t left_ = 0, whole_ = 0, moved_ = 0;
  int reads_ = 0;
};

TEST(AudioClockTest, TheRateIsExactIfTheCrystalIs) {
  static_assert(IsPossible(kClock, kPlan));
  EXPECT_NEAR(RateErrorPpm(kClock, kPlan), 0, 1e-6);
  // With 1 MHz, as PLLs are mostly fed, the nearest would be this one.
  ClockPlan usual = kClock;
  usual.pll_input_khz = 1000;
  EXPECT_NEAR(RateErrorPpm(usual, {.factor = 344, .divider = 7, .second_divider = 4}), -186, 1);
}

TEST(AudioClockTest, ItIsWrittenAsItIsPlanned) {
  Chip chip;
  ASSERT_TRUE(BringUpAudioClock(chip, kPlan));
  const std::uint32_t pll = chip.at(kAudioPllConfig), choice = chip.at(kAudioClockChoice);
  const double mhz = 1.6 * (pll >> 6 & 0x1ff) / (pll >> 24 & 0xf) / ((choice & 0x1f) + 1);
  EXPECT_NEAR(mhz, 12.288, 1e-9);
  EXPECT_EQ(choice >> 20 & 3, 1u) << "from PLLI2S";
  ASSERT_TRUE(BringUpAudioClock(chip, kPlan)) << "again";
  EXPECT_TRUE(chip.wrong.empty()) << chip.wrong.front();
}

TEST(AudioClockTest, NobodyWaitsForAPllThatDoesNotLock) {
  Chip chip;
  chip.locks = false;
  EXPECT_FALSE(BringUpAudioClock(chip, kPlan));
}

class SaiTest : public testing::Test {
 protected:
  static constexpr std::uint32_t kWords = 4 * 48;

  void SetUp() override { sai_.Begin(0x20020000, 0x20020400, kWords); }
  void TearDown() override { EXPECT_TRUE(chip_.wrong.empty()) << chip_.wrong.front(); }
  void Interrupt(std::uint32_t words_meanwhile = 0) {
    sai_.Interrupt([this, words_meanwhile](int half) {
      halves_.push_back(half);
      chip_.Move(words_meanwhile);
    });
  }

  Chip chip_;
  Sai<Chip> sai_{chip_};
  std::vector<int> halves_;
};

TEST_F(SaiTest, AFrameIsI2sOfTwiceThirtyTwoBits) {
  for (const std::uintptr_t block : {Sai<Chip>::kA, Sai<Chip>::kB}) {
    EXPECT_EQ(chip_.at(block + Sai<Chip>::kFrame) & 0xff, 63u);
    EXPECT_EQ(chip_.at(block + Sai<Chip>::kFrame) >> 8 & 0x7f, 31u);
    EXPECT_EQ(chip_.at(block + Sai<Chip>::kSlots) >> 8 & 0xf, 1u) << "two slots";
  }
  EXPECT_EQ(chip_.at(Sai<Chip>::kInStream + 4), kWords);
  EXPECT_EQ(chip_.at(Sai<Chip>::kOutStream + 4), kWords);
  EXPECT_EQ(chip_.at(Sai<Chip>::kInStream + 12), 0x20020000u);
  EXPECT_EQ(chip_.at(Sai<Chip>::kOutStream + 12), 0x20020400u);
}

TEST_F(SaiTest, EachHalfIsFilledOnceAndInOrder) {
  for (int i = 0; i < 10; ++i) {
    chip_.Move(kWords / 2);
    ASSERT_TRUE(chip_.Interrupts());
    Interrupt(kWords / 2 - 8);
    EXPECT_FALSE(chip_.Interrupts());
    chip_.Move(8);
    Interrupt();
    chip_.Move(0);
  }
  ASSERT_EQ(halves_.size(), 20u);
  for (std::size_t i = 0; i < halves_.size(); ++i) EXPECT_EQ(halves_[i], static_cast<int>(i % 2));
  EXPECT_EQ(sai_.late(), 0u);
}

TEST_F(SaiTest, AnInterruptThatIsLateWithinAHalfIsNotLate) {
  chip_.Move(kWords / 2 + 90);
  Interrupt();
  chip_.Move(kWords / 2 - 90);
  Interrupt();
  EXPECT_EQ(halves_, (std::vector{0, 1}));
  EXPECT_EQ(sai_.late(), 0u);
}

TEST_F(SaiTest, AHalfThatNobodyFilledIsCountedAndTheNextOneIsRight) {
  chip_.Move(kWords + 10);  // both went by
  Interrupt();
  EXPECT_EQ(halves_, (std::vector{1}));
  EXPECT_EQ(sai_.late(), 1u);
  chip_.Move(kWords / 2 - 10);
  Interrupt();
  EXPECT_EQ(halves_, (std::vector{1, 0}));
  EXPECT_EQ(sai_.late(), 1u);
}

TEST_F(SaiTest, AFillThatTakesTooLongIsCountedOnce) {
  chip_.Move(kWords / 2);
  Interrupt(kWords / 2 + 20);  // DMA is in the first half again before it is full
  EXPECT_EQ(sai_.late(), 1u);
  ASSERT_TRUE(chip_.Interrupts());
  Interrupt();
  EXPECT_EQ(halves_, (std::vector{0, 1}));
  EXPECT_EQ(sai_.late(), 1u);
}

TEST_F(SaiTest, AnInterruptOfNobodyFillsNothing) {
  chip_.Move(10);
  Interrupt();
  EXPECT_TRUE(halves_.empty());
}

TEST_F(SaiTest, ItBeginsAnewWithAnotherLength) {
  chip_.Move(kWords / 2 + 10);
  sai_.Begin(0x20020000, 0x20020400, 4 * 96);
  EXPECT_FALSE(chip_.Interrupts()) << "what was before is forgotten";
  EXPECT_EQ(chip_.at(Sai<Chip>::kInStream + 4), 4u * 96);
  sai_.Stop();
  EXPECT_EQ(chip_.at(Sai<Chip>::kA) & Sai<Chip>::kOn, 0u);
  EXPECT_EQ(chip_.at(Sai<Chip>::kInStream) & Sai<Chip>::kStreamOn, 0u);
}

}  // namespace
}  // namespace continuo::mcu::board::stm32
