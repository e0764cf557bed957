// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/board/stm32/rng/rng.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace continuo::mcu::board::stm32 {
namespace {

/// RCC and RNG as RM0410 has them: a word is there some reads after the last one was taken.
class Chip {
 public:
  bool exists = true;
  std::uint32_t doubts = 0;
  std::vector<std::uint32_t> words{11, 22, 33, 44, 55};
  int slow = 20;

  std::uint32_t Read(std::uintptr_t address) {
    if (!exists) return 0;
    if (address == kAhb2Enable) return enabled_;
    if (!(enabled_ & kRngEnable) || !(control_ & kRngOn)) return 0;
    if (address == kRngStatus) return doubts | (++looks_ > slow ? kRngReady : 0);
    if (address != kRngData || looks_ <= slow) return 0;
    looks_ = 0;
    return words[taken_++ % words.size()];
  }
  void Write(std::uintptr_t address, std::uint32_t value) {
    if (address == kAhb2Enable) enabled_ = value;
    if (address == kRngControl) control_ = value;
  }
  std::uint32_t control() const { return control_; }

 private:
  std::uint32_t enabled_ = 0, control_ = 0;
  int looks_ = 0;
  std::size_t taken_ = 0;
};

TEST(RngTest, TheFirstWordIsForComparisonAlone) {
  Chip chip;
  std::array<std::uint32_t, 4> words{};
  EXPECT_TRUE(ReadRandom(chip, words));
  EXPECT_EQ(words, (std::array<std::uint32_t, 4>{22, 33, 44, 55}));
  EXPECT_EQ(chip.control(), 0u) << "it is switched off again";
}

TEST(RngTest, EqualWordsAfterEachOtherAreNotRandom) {
  std::array<std::uint32_t, 3> words{};
  Chip chip;
  chip.words = {7, 7, 8, 9};
  EXPECT_FALSE(ReadRandom(chip, words));
  Chip other;
  other.words = {7, 8, 9, 9};
  EXPECT_FALSE(ReadRandom(other, words));
}

TEST(RngTest, NobodyWaitsForAGeneratorThatIsNotThereOrStandsStill) {
  std::array<std::uint32_t, 3> words{};
  Chip nobody;
  nobody.exists = false;
  EXPECT_FALSE(ReadRandom(nobody, words));
  Chip still;
  still.slow = 1 << 20;
  EXPECT_FALSE(ReadRandom(still, words));
}

TEST(RngTest, OneThatDoubtsItsClockOrItsNoiseIsNotBelieved) {
  for (const std::uint32_t doubt : {1u << 1, 1u << 2}) {
    std::array<std::uint32_t, 3> words{};
    Chip chip;
    chip.doubts = doubt;
    EXPECT_FALSE(ReadRandom(chip, words));
  }
}

}  // namespace
}  // namespace continuo::mcu::board::stm32
