// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <vector>

#include "agent-mcu/core/panel_inputs.h"
#include "agent-mcu/core/panel_outputs.h"
#include "agent-mcu/core/untold_moves.h"

namespace continuo::mcu {
namespace {

constexpr std::uint8_t kAll = 0xff;
constexpr std::size_t kSwitch = kKnobs;

/// A panel that is read once a millisecond from media time 48,000 on.
class PanelInputsTest : public testing::Test {
 protected:
  void Read(int times = 1) {
    for (int i = 0; i < times; ++i) {
      for (const auto& moved : inputs_.Read(readings_, n_, watched_)) moved_.push_back(moved);
      n_ += 48;
    }
  }

  PanelInputs inputs_;
  PanelReadings readings_{};
  MediaTime n_ = 48'000;
  std::uint8_t watched_ = kAll;
  std::vector<PanelInputs::Moved> moved_;
};

TEST_F(PanelInputsTest, WhereAKnobStandsAtFirstIsNoMove) {
  readings_[0] = 3000;
  Read(50);
  EXPECT_TRUE(moved_.empty());
  EXPECT_EQ(inputs_.positions()[0], 3000);
}

TEST_F(PanelInputsTest, AKnobThatIsTurnedHasMovedAtOnce) {
  Read();
  readings_[0] = 2000;
  const MediaTime turned = n_;
  Read(40);
  ASSERT_EQ(moved_.size(), 1u);
  EXPECT_EQ(moved_[0].input, 0);
  EXPECT_EQ(moved_[0].value, 2000);
  EXPECT_EQ(moved_[0].at, turned);
}

TEST_F(PanelInputsTest, NoiseIsNoMoveAndBothEndsAreReached) {
  readings_[0] = 2000;
  Read();
  for (int i = 0; i < 500; ++i) {
    readings_[0] = static_cast<std::uint16_t>(1988 + i % 25);
    Read();
  }
  EXPECT_TRUE(moved_.empty());
  readings_[0] = 4085;
  Read(30);
  readings_[0] = 4090;
  Read(30);
  ASSERT_EQ(moved_.size(), 2u);
  EXPECT_EQ(moved_[1].value, kKnobMost);
  readings_[0] = 6;
  Read(30);
  EXPECT_EQ(moved_.back().value, 0);
}

TEST_F(PanelInputsTest, AKnobIsToldFiftyTimesASecondAtMostAndItsLastPlaceLast) {
  Read(30);
  for (int i = 1; i <= 1000; ++i) {
    readings_[0] = static_cast<std::uint16_t>(4 * i);
    Read();
  }
  Read(40);
  EXPECT_LE(moved_.size(), 51u);
  EXPECT_NEAR(moved_.back().value, 4000, PanelInputs::kKnobNoise);
}

TEST_F(PanelInputsTest, ASwitchThatBouncesMovedWhenItLastBeganToReadThatWay) {
  Read(10);
  for (const std::uint16_t reading : {1, 0, 1, 1, 0}) {
    readings_[kSwitch] = reading;
    Read();
  }
  EXPECT_TRUE(moved_.empty());
  readings_[kSwitch] = 1;
  const MediaTime pressed = n_;
  Read(50);
  ASSERT_EQ(moved_.size(), 1u);
  EXPECT_EQ(moved_[0].input, kSwitch);
  EXPECT_EQ(moved_[0].value, 1);
  EXPECT_EQ(moved_[0].at, pressed);
}

TEST_F(PanelInputsTest, WhatNobodyWatchesDoesNotMove) {
  watched_ = 1;
  Read();
  readings_ = {9, 999, 999, 999, 1, 1, 1, 1};
  Read(50);
  EXPECT_TRUE(moved_.empty());
  watched_ = kAll;
  Read(50);
  EXPECT_TRUE(moved_.empty());
}

TEST_F(PanelInputsTest, WhatCannotBeReadIsTakenForTheMost) {
  readings_ = {65'535, 0, 0, 0, 65'535, 0, 0, 0};
  Read();
  EXPECT_EQ(inputs_.positions()[0], kKnobMost);
  EXPECT_EQ(inputs_.positions()[kSwitch], 1);
}

std::vector<Move> ToldBy(const UntoldMoves& untold) {
  PanelTold told;
  untold.AddTo(told);
  return {told.moves.begin(), told.moves.end()};
}

TEST(UntoldMovesTest, OfAKnobTheNewestPlaceWaitsAndOfASwitchEveryMove) {
  UntoldMoves untold;
  for (std::uint16_t i = 1; i <= 4; ++i) untold.Take({.input = 0, .value = i, .at = i});
  for (std::uint16_t i = 0; i < 3; ++i) {
    untold.Take({.input = 4, .value = static_cast<std::uint16_t>(i % 2), .at = i});
  }
  ASSERT_EQ(ToldBy(untold).size(), 2u);
  EXPECT_EQ(ToldBy(untold)[0].value, 1);
  EXPECT_EQ(ToldBy(untold)[1].value, 0);
  untold.Settle({1, 0, 0, 0, 1});
  EXPECT_EQ(ToldBy(untold)[0].value, 4);
  EXPECT_EQ(ToldBy(untold)[0].number, 2u);
  EXPECT_EQ(ToldBy(untold)[1].value, 1);
  untold.Settle({1, 0, 0, 0, 1});  // again: those are settled already
  EXPECT_EQ(ToldBy(untold).size(), 2u);
  untold.Settle({2, 0, 0, 0, 2});
  untold.Settle({2, 0, 0, 0, 3});
  EXPECT_TRUE(ToldBy(untold).empty());
  PanelTold told;
  untold.AddTo(told);
  EXPECT_EQ(told.coalesced, 2u);
  EXPECT_EQ(told.lost, 0u);
}

TEST(UntoldMovesTest, MoreMovesOfASwitchThanThereIsRoomForAreCounted) {
  UntoldMoves untold;
  for (std::uint16_t i = 0; i < 20; ++i) {
    untold.Take({.input = 4, .value = static_cast<std::uint16_t>(i % 2), .at = i});
  }
  PanelTold told;
  untold.AddTo(told);
  EXPECT_EQ(told.moves.size(), 1u);
  EXPECT_EQ(told.lost, 15u);
}

// ---- outputs

constexpr MediaTime kBegin = 480'000'007;

PanelWish Playing(std::uint32_t tempo_mbpm, std::uint8_t num = 4, std::uint8_t den = 4) {
  PanelWish wish{.nonce = 1};
  wish.segments.push_back({.n0 = kBegin,
                           .tick0 = 0,
                           .tempo_mbpm = tempo_mbpm,
                           .playing = true,
                           .meter_num = num,
                           .meter_den = den});
  return wish;
}

Lit At(const PanelWish& wish, PanelOutput output, MediaTime n) {
  return OutputsAt(wish, 0, n)[static_cast<std::size_t>(output)];
}

TEST(PanelOutputsTest, EveryBeatLightsForASixteenthAndABarIsBrighter) {
  const PanelWish wish = Playing(120'000);
  for (int beat = 0; beat < 40; ++beat) {
    const MediaTime begin = kBegin + beat * 24'000;
    const std::uint8_t level = beat % 4 == 0 ? kBrightest : 2;
    EXPECT_EQ(At(wish, PanelOutput::kTempo, begin), (Lit{level, begin}));
    EXPECT_EQ(At(wish, PanelOutput::kTempo, begin + 5999), (Lit{level, begin}));
    EXPECT_EQ(At(wish, PanelOutput::kTempo, begin + 6000), (Lit{0, begin + 6000}));
    EXPECT_EQ(At(wish, PanelOutput::kTempo, begin + 23'999), (Lit{0, begin + 6000}));
    EXPECT_EQ(At(wish, PanelOutput::kClick, begin + 479), (Lit{kBrightest, begin}));
    EXPECT_EQ(At(wish, PanelOutput::kClick, begin + 480), (Lit{0, begin + 480}));
  }
}

TEST(PanelOutputsTest, WhatIsSaidOfASampleDoesNotDependOnWhenOneLooks) {
  // A tempo that no beat of which begins on a whole sample, in 7/8.
  const PanelWish wish = Playing(133'337, 7, 8);
  const session::Segment& segment = wish.segments[0];
  Lit before;
  int edges = 0;
  for (MediaTime n = kBegin; n < kBegin + 400'000; ++n) {
    const Lit now = At(wish, PanelOutput::kTempo, n);
    if (n != kBegin && now.level != before.level) {
      ++edges;
      EXPECT_EQ(now.since, n) << "an edge is at the sample that it is said to be at";
    }
    EXPECT_LE(now.since, n);
    before = now;
  }
  const session::Ticks beats = segment.At(kBegin + 400'000 - 1) / (session::kTicksPerBeat / 2);
  EXPECT_NEAR(edges, 2 * static_cast<int>(beats) + 1, 1);
}

TEST(PanelOutputsTest, AShowThatStopsIsDarkFromThatSampleOn) {
  PanelWish wish = Playing(120'000);
  session::Segment stopped = session::Rebase(wish.segments[0], kBegin + 25'000);
  stopped.playing = false;
  wish.segments.push_back(stopped);
  EXPECT_EQ(At(wish, PanelOutput::kTempo, kBegin + 24'999).level, 2);
  EXPECT_EQ(At(wish, PanelOutput::kTempo, kBegin + 25'000), (Lit{0, kBegin + 25'000}));
  EXPECT_EQ(At(wish, PanelOutput::kTransport, kBegin + 24'999), (Lit{kBrightest, kBegin}));
  EXPECT_EQ(At(wish, PanelOutput::kTransport, kBegin + 25'000), (Lit{0, kBegin + 25'000}));
}

TEST(PanelOutputsTest, ARelayIsOnWithinItsStretchesOfTheMusic) {
  PanelWish wish = Playing(120'000);
  wish.relay.push_back({session::kTicksPerBeat, 2 * session::kTicksPerBeat});
  wish.relay.push_back({4 * session::kTicksPerBeat, 5 * session::kTicksPerBeat});
  EXPECT_EQ(At(wish, PanelOutput::kRelay, kBegin + 23'999), (Lit{0, kBegin}));
  EXPECT_EQ(At(wish, PanelOutput::kRelay, kBegin + 24'000), (Lit{kBrightest, kBegin + 24'000}));
  EXPECT_EQ(At(wish, PanelOutput::kRelay, kBegin + 48'000), (Lit{0, kBegin + 48'000}));
  EXPECT_EQ(At(wish, PanelOutput::kRelay, kBegin + 96'100), (Lit{kBrightest, kBegin + 96'000}));
}

TEST(PanelOutputsTest, ATempoThatChangesWithinABeatDoesNotStrikeIt) {
  PanelWish wish = Playing(120'000);
  session::Segment faster = session::Rebase(wish.segments[0], kBegin + 12'000);
  faster.tempo_mbpm = 240'000;
  wish.segments.push_back(faster);
  EXPECT_EQ(At(wish, PanelOutput::kClick, kBegin + 12'000).level, 0);
  EXPECT_EQ(At(wish, PanelOutput::kTempo, kBegin + 12'000).level, 0);
  EXPECT_EQ(At(wish, PanelOutput::kTempo, kBegin + 18'000), (Lit{2, kBegin + 18'000}));
}

TEST(PanelOutputsTest, WhereNothingPlaysOnlyTheMeterIsLit) {
  const auto outputs = OutputsAt(PanelWish{}, 2, 5000);
  for (std::size_t i = 0; i < kPanelOutputs; ++i) {
    const bool lit = i == 4 || i == 5;
    EXPECT_EQ(outputs[i], (Lit{lit ? kBrightest : std::uint8_t{0}, 5000})) << i;
  }
}

}  // namespace
}  // namespace continuo::mcu
