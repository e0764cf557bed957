// SPDX-License-Identifier: Apache-2.0
#include "proto/session/timeline.h"

#include <gtest/gtest.h>

#include "dsp/base/random.h"

namespace continuo::session {
namespace {

constexpr Frames kDay = Frames{86'400} * kSampleRate;

Segment Playing(std::uint32_t tempo_mbpm, MediaTime n0 = 0, Ticks tick0 = 0) {
  Segment segment;
  segment.n0 = n0;
  segment.tick0 = tick0;
  segment.tempo_mbpm = tempo_mbpm;
  segment.playing = true;
  return segment;
}

// A number in [low, high) as a function of its place in the test.
std::int64_t Pick(std::uint64_t key, std::int64_t i, std::int64_t low, std::int64_t high) {
  return low +
         static_cast<std::int64_t>(RandomBits(key, 0, i) % static_cast<std::uint64_t>(high - low));
}

Segment RandomSegment(int i) {
  return Playing(static_cast<std::uint32_t>(Pick(1, i, kTempoMinMilliBpm, kTempoMaxMilliBpm + 1)),
                 Pick(2, i, 0, kMediaTimeLimit / 2), Pick(3, i, 0, kTickLimit / 2));
}

TEST(Timeline, OneBeatAtOneHundredTwentyIsHalfASecond) {
  const Segment segment = Playing(120'000);
  EXPECT_EQ(segment.At(24'000), kTicksPerBeat);
  EXPECT_EQ(segment.When(kTicksPerBeat), 24'000);
}

TEST(Timeline, ADayIsExactAtAnyTempo) {
  for (const std::uint32_t tempo : {10'000u, 59'999u, 60'000u, 112'500u, 133'333u, 999'000u}) {
    const Segment segment = Playing(tempo, 81'600'000'000'000);
    // 1440 minutes of tempo / 1000 beats.
    const Ticks day = static_cast<Ticks>(tempo) * 1440 * kTicksPerBeat / 1000;
    EXPECT_EQ(segment.At(segment.n0 + kDay), day) << tempo;
    EXPECT_EQ(segment.When(day), segment.n0 + kDay) << tempo;
  }
}

TEST(Timeline, SplitDivisionEqualsTheUnsplitOne) {
  for (int i = 0; i < 2000; ++i) {
    const Segment segment = RandomSegment(i);
    const Frames dn = Pick(4, i, 0, kDay);  // dn * tempo * 16 < 2^57: fits unsplit
    const Ticks expected = segment.tick0 + dn * segment.tempo_mbpm * 16 / 46'875;
    EXPECT_EQ(segment.At(segment.n0 + dn), expected);
  }
}

TEST(Timeline, NeverStepsBack) {
  for (int i = 0; i < 200; ++i) {
    const Segment segment = RandomSegment(i);
    const MediaTime from = segment.n0 + Pick(5, i, 0, kDay);
    for (MediaTime n = from; n < from + 200; ++n) EXPECT_LE(segment.At(n), segment.At(n + 1));
  }
}

TEST(Timeline, WhenIsTheFirstSampleAtOrAfterTheTick) {
  for (int i = 0; i < 20'000; ++i) {
    const Segment segment = RandomSegment(i);
    const Ticks tick = segment.tick0 + Pick(6, i, 1, 2'000'000'000'000);
    const MediaTime n = segment.When(tick);
    EXPECT_GE(segment.At(n), tick);
    EXPECT_LT(segment.At(n - 1), tick);
  }
}

TEST(Timeline, WhenOfAPositionIsNotAfterItsSample) {
  for (int i = 0; i < 20'000; ++i) {
    const Segment segment = RandomSegment(i);
    const MediaTime n = segment.n0 + Pick(7, i, 0, kDay);
    EXPECT_LE(segment.When(segment.At(n)), n);
  }
}

TEST(Timeline, TheFarthestTimesDoNotOverflow) {
  const Segment segment = Playing(kTempoMaxMilliBpm, 0, kTickLimit - 1);
  EXPECT_GT(segment.At(kMediaTimeLimit), kTickLimit);
  const Segment slow = Playing(kTempoMinMilliBpm);
  EXPECT_GT(slow.When(kTickLimit), 0);
}

TEST(Timeline, StoppedStandsStill) {
  Segment segment = Playing(120'000, 100, 777);
  segment.playing = false;
  EXPECT_EQ(segment.At(100 + kDay), 777);
}

TEST(Timeline, BeforeItsFirstSampleASegmentIsWhereItBegins) {
  const Segment segment = Playing(120'000, 48'000, 5);
  EXPECT_EQ(segment.At(0), 5);
  EXPECT_EQ(segment.When(4), 48'000);
}

TEST(Timeline, RebaseContinuesAtTheSamePosition) {
  for (int i = 0; i < 2000; ++i) {
    const Segment segment = RandomSegment(i);
    const MediaTime n = segment.n0 + Pick(8, i, 0, kDay);
    Segment next = Rebase(segment, n);
    EXPECT_EQ(next.At(n), segment.At(n));
    const MediaTime later = n + Pick(9, i, 0, kDay);
    EXPECT_LE(next.At(later), segment.At(later));
    EXPECT_GE(next.At(later) + 1, segment.At(later));
    next.tempo_mbpm = 240'000;
    EXPECT_EQ(next.At(n), segment.At(n));
  }
}

TEST(Timeline, BarsAndBeatsComeBack) {
  const struct {
    std::uint8_t num, den;
  } meters[] = {{4, 4}, {7, 8}, {6, 8}, {3, 2}, {5, 16}, {32, 32}, {1, 1}};
  for (const auto& meter : meters) {
    Segment segment = Playing(120'000);
    segment.meter_num = meter.num;
    segment.meter_den = meter.den;
    segment.bar_tick = 7 * kTicksPerBeat / 2;
    segment.bar_number = 12;
    const int subs = 4 * 960 / meter.den;
    for (std::int64_t bar = 10; bar < 16; ++bar) {
      for (int beat = 1; beat <= meter.num; ++beat) {
        for (const int sub : {0, 1, subs / 2, subs - 1}) {
          const BarBeat back = ToBarBeat(segment, FromBarBeat(segment, {bar, beat, sub}));
          EXPECT_EQ(back.bar, bar);
          EXPECT_EQ(back.beat, beat);
          EXPECT_EQ(back.sub, sub);
        }
      }
    }
  }
}

TEST(Timeline, BarLinesFallWhereMusiciansExpectThem) {
  Segment segment;
  EXPECT_EQ(FromBarBeat(segment, {1, 1, 0}), 0);
  EXPECT_EQ(FromBarBeat(segment, {17, 3, 240}), (16 * 4 + 2) * kTicksPerBeat + kTicksPerBeat / 4);
  segment.meter_num = 7;
  segment.meter_den = 8;
  EXPECT_EQ(FromBarBeat(segment, {2, 1, 0}), 7 * kTicksPerBeat / 2);
  EXPECT_EQ(FromBarBeat(segment, {1, 2, 0}), kTicksPerBeat / 2);
  segment.meter_num = 6;
  EXPECT_EQ(FromBarBeat(segment, {3, 1, 0}), 6 * kTicksPerBeat);
}

TEST(Timeline, APositionJustBeforeABarLineIsInTheBarBefore) {
  const Segment segment;
  const BarBeat at = ToBarBeat(segment, 4 * kTicksPerBeat - 1);
  EXPECT_EQ(at.bar, 1);
  EXPECT_EQ(at.beat, 4);
  EXPECT_EQ(at.sub, 959);
  EXPECT_EQ(ToBarBeat(segment, -1).bar, 0);
}

TEST(Timeline, SegmentsOutOfRangeAreNotValid) {
  EXPECT_TRUE(IsValid(Playing(120'000)));
  EXPECT_FALSE(IsValid(Playing(kTempoMinMilliBpm - 1)));
  EXPECT_FALSE(IsValid(Playing(kTempoMaxMilliBpm + 1)));
  EXPECT_FALSE(IsValid(Playing(120'000, -1)));
  EXPECT_FALSE(IsValid(Playing(120'000, kMediaTimeLimit)));
  EXPECT_FALSE(IsValid(Playing(120'000, 0, kTickLimit)));
  Segment segment = Playing(120'000);
  segment.meter_den = 3;
  EXPECT_FALSE(IsValid(segment));
  segment.meter_den = 64;
  EXPECT_FALSE(IsValid(segment));
  segment = Playing(120'000);
  segment.meter_num = 0;
  EXPECT_FALSE(IsValid(segment));
}

}  // namespace
}  // namespace continuo::session
