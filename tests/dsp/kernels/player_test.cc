// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/player.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "dsp/kernels/soloist.h"

namespace continuo::dsp {
namespace {

constexpr Frames kFrames = 10'000;
constexpr int kFade = 480;

/// Sample i of the file is (i + 1) / 2^14.
class PlayerTest : public testing::Test {
 protected:
  PlayerTest() : samples_(kFrames), player_(kPlayer, {{samples_.data(), kFrames, 1}}) {
    for (Frames i = 0; i < kFrames; ++i) samples_[i] = At(i);
  }
  static float At(Frames i) { return static_cast<float>(i + 1) * 0x1p-14f; }

  std::vector<float> samples_;
  Soloist player_;
};

TEST_F(PlayerTest, IsSilentUntilTheTransportRolls) {
  EXPECT_EQ(PeakOf(player_.Play(1000)), 0.0f);
  player_.Roll(0);
  EXPECT_EQ(player_.Play(1000), std::vector<float>(samples_.begin(), samples_.begin() + 1000));
}

TEST_F(PlayerTest, LocateLeadsToTheSamePlaceInTheFile) {
  player_.Roll(5000);
  player_.Play(kFade);
  EXPECT_EQ(player_.Play(1)[0], At(5000 + kFade));
}

TEST_F(PlayerTest, JumpFadesFromTheOldPlaceToTheNew) {
  player_.Roll(0);
  player_.Play(1000);
  player_.AllOff();
  player_.Roll(6000);
  const auto seam = player_.Play(kFade);
  EXPECT_NEAR(seam[0], At(1000), 1e-3);
  EXPECT_NEAR(seam[kFade / 2], (At(1000 + kFade / 2) + At(6000 + kFade / 2)) / 2, 1e-2);
  EXPECT_EQ(player_.Play(1)[0], At(6000 + kFade));
}

TEST_F(PlayerTest, StopFadesOutAndStaysSilent) {
  player_.Roll(0);
  player_.Play(2000);
  player_.AllOff();
  EXPECT_GT(player_.Play(kFade)[0], 0.1f);
  EXPECT_EQ(PeakOf(player_.Play(1000)), 0.0f);
}

TEST_F(PlayerTest, LoopsWithoutASeam) {
  player_.Set("loop", 1);
  player_.Roll(0);
  const auto heard = player_.Play(3 * kFrames);
  for (Frames i = 0; i < 3 * kFrames; ++i) ASSERT_EQ(heard[i], At(i % kFrames)) << i;
}

TEST_F(PlayerTest, EndsWithoutLoop) {
  player_.Roll(0);
  player_.Play(kFrames);
  EXPECT_EQ(PeakOf(player_.Play(1000)), 0.0f);
}

TEST_F(PlayerTest, BeginsLaterOnTheTimeline) {
  player_.Set("begin", 100);
  player_.Roll(0);
  EXPECT_EQ(PeakOf(player_.Play(4800)), 0.0f);
  EXPECT_EQ(player_.Play(1)[0], At(0));
}

TEST_F(PlayerTest, BeginsAmidTheFileWhereItShould) {
  player_.Set("offset", 50);
  player_.Roll(1000);
  player_.Play(kFade);
  EXPECT_EQ(player_.Play(1)[0], At(2400 + 1000 + kFade));
}

TEST_F(PlayerTest, FractionsOfAMillisecondCount) {
  player_.Set("offset", 0.75f);
  player_.Roll(0);
  player_.Play(kFade);
  EXPECT_EQ(player_.Play(1)[0], At(36 + kFade));
}

TEST_F(PlayerTest, OffsetAndBeginTogether) {
  player_.Set("begin", 100);
  player_.Set("offset", 50);
  player_.Roll(0);
  EXPECT_EQ(PeakOf(player_.Play(4800)), 0.0f);
  player_.Play(kFade);
  EXPECT_EQ(player_.Play(1)[0], At(2400 + kFade));
}

TEST_F(PlayerTest, LoopLeadsBackToTheOffset) {
  player_.Set("offset", 50);
  player_.Set("loop", 1);
  player_.Roll(0);
  player_.Play(kFrames - 2400);
  EXPECT_EQ(player_.Play(1)[0], At(2400));
  player_.Roll(2 * kFrames);
  player_.Play(kFade);
  EXPECT_EQ(player_.Play(1)[0], At(2400 + (2 * kFrames) % (kFrames - 2400) + kFade));
}

TEST_F(PlayerTest, ThreeJumpsWithinOneFadeDoNotClick) {
  player_.Roll(0);
  player_.Play(5000);
  float largest = 0;
  float last = At(4999);
  for (const Frames to : {Frames{9000}, Frames{100}, Frames{7000}}) {
    player_.Roll(to);
    for (const float sample : player_.Play(100)) {
      largest = std::max(largest, std::abs(sample - last));
      last = sample;
    }
  }
  // Each of up to four fades moves by 1/480 of a level below 0.6 a sample.
  EXPECT_LT(largest, 4 * 0.6f / kFade) << "a head that breaks off: 0.1 and more";
}

TEST_F(PlayerTest, LoopSwitchedOnBehindTheEndWaitsForTheNextRoll) {
  player_.Roll(0);
  player_.Play(kFrames + 1000);
  player_.Set("loop", 1);
  EXPECT_EQ(PeakOf(player_.Play(1000)), 0.0f);
}

TEST_F(PlayerTest, OffsetBehindTheEndIsSilent) {
  player_.Set("offset", 1000);
  player_.Set("loop", 1);
  player_.Roll(0);
  EXPECT_EQ(PeakOf(player_.Play(1000)), 0.0f);
}

TEST(Player, LoopOverNothingIsSilent) {
  const float nothing = 0;
  Soloist player(kPlayer, {{&nothing, 0, 1}});
  player.Set("loop", 1);
  player.Roll(100);
  EXPECT_EQ(PeakOf(player.Play(1000)), 0.0f);
}

TEST(RollEvent, CarriesAnyPositionExactly) {
  for (const Frames position : {Frames{0}, Frames{1}, (Frames{1} << 24) - 1, (Frames{1} << 24) + 1,
                                Frames{123'456'789'012}, (Frames{1} << 40) - 1}) {
    EXPECT_EQ(RollPosition(RollEvent(5, position)), position);
  }
}

}  // namespace
}  // namespace continuo::dsp
