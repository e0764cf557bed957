// SPDX-License-Identifier: Apache-2.0
#include "coordinator/midi_clock/clock_out.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace continuo::coordinator::midi_clock {
namespace {

using session::Segment;
using session::Ticks;

constexpr MediaTime kBegin = 48'000'000;

Segment Rolling(std::uint32_t mbpm = 120'000, Ticks tick = 0) {
  return {.version = 1, .n0 = kBegin, .tick0 = tick, .tempo_mbpm = mbpm, .playing = true};
}
Segment Changed(const Segment& before, MediaTime n) {
  Segment after = session::Rebase(before, n);
  ++after.version;
  return after;
}

/// A show of these segments, heard in periods of that length.
std::vector<ClockOut::Dated> Hear(ClockOut& out, const std::vector<Segment>& segments,
                                  MediaTime from, MediaTime to, Frames period = 128) {
  Score score{.plays = true, .segments = {}};
  score.segments.Know(segments);
  std::vector<ClockOut::Dated> heard;
  for (MediaTime at = from; at < to; at += period) {
    ClockOut::Out said;
    const MediaTime end = std::min(at + period, to);
    out.Run(score, at, end, said);
    for (const ClockOut::Dated& one : said) {
      EXPECT_GE(one.at, heard.empty() ? at : std::max(at, heard.back().at));
      EXPECT_LT(one.at, end);
      heard.push_back(one);
    }
  }
  return heard;
}

std::vector<ClockOut::Dated> ButClocks(const std::vector<ClockOut::Dated>& heard) {
  std::vector<ClockOut::Dated> rest;
  for (const auto& one : heard) {
    if (one.message.kind != Midi::kClock) rest.push_back(one);
  }
  return rest;
}
std::vector<MediaTime> Clocks(const std::vector<ClockOut::Dated>& heard) {
  std::vector<MediaTime> clocks;
  for (const auto& one : heard) {
    if (one.message.kind == Midi::kClock) clocks.push_back(one.at);
  }
  return clocks;
}

ClockOut::Dated Said(MediaTime at, Midi kind) {
  return {at, {.kind = kind}};
}
ClockOut::Dated Place(MediaTime at, std::uint16_t sixteenths) {
  return {at, {.kind = Midi::kSongPosition, .sixteenths = sixteenths}};
}

/// Somebody who does as the specification says, and is asked with each clock whether it is where the show is.
int ExpectFollowed(const std::vector<ClockOut::Dated>& heard,
                   const std::vector<Segment>& segments) {
  Ticks clock = 0;
  bool rolls = false;
  int compared = 0;
  for (const auto& [at, message] : heard) {
    if (message.kind == Midi::kStart) clock = 0;
    if (message.kind == Midi::kSongPosition) clock = message.sixteenths * 6;
    if (message.kind == Midi::kStop) rolls = false;
    if (message.kind == Midi::kStart || message.kind == Midi::kContinue) rolls = true;
    if (message.kind != Midi::kClock || !rolls) continue;
    const auto after = std::find_if(segments.begin(), segments.end(),
                                    [n = at](const Segment& segment) { return segment.n0 > n; });
    const Segment& segment = *std::prev(after);
    EXPECT_TRUE(segment.playing);
    EXPECT_GE(segment.At(at), clock * kTicksPerClock) << at;
    if (at > segment.n0) {
      EXPECT_LT(segment.At(at - 1), clock * kTicksPerClock) << at;
    }
    ++clock;
    ++compared;
  }
  return compared;
}

TEST(MidiClockOut, EachClockIsOnItsSampleWhateverTheTempi) {
  std::vector<Segment> segments = {Rolling(120'000)};
  for (const std::uint32_t mbpm : {133'700U, 59'999U, 240'001U, 10'000U, 999'000U, 97'000U}) {
    Segment next = Changed(segments.back(), segments.back().n0 + 100'003);
    next.tempo_mbpm = mbpm;
    segments.push_back(next);
  }
  segments.push_back(Changed(segments.back(), segments.back().n0 + 77'777));
  segments.back().meter_num = 7;
  segments.back().meter_den = 8;
  segments.back().bar_tick = segments.back().tick0;
  ClockOut out;
  const MediaTime end = kBegin + 1'000'000;
  const auto heard = Hear(out, segments, kBegin - 1'000, end);
  EXPECT_EQ(ButClocks(heard), (std::vector{Said(kBegin - 48, Midi::kStart)}));
  EXPECT_EQ(ExpectFollowed(heard, segments), 1 + segments.back().At(end - 1) / kTicksPerClock)
      << "none is missing, none too many";
  EXPECT_EQ(Clocks(heard)[24], kBegin + 24'000) << "a quarter note at 120";
  for (const Frames period : {1, 48, 1'024, 8'192}) {
    ClockOut other;
    EXPECT_EQ(Hear(other, segments, kBegin - 1'000, end, period), heard);
  }
}

TEST(MidiClockOut, NoClockDriftsInAnHour) {
  ClockOut out;
  const std::vector<Segment> segments = {Rolling(133'333)};
  const auto clocks = Clocks(Hear(out, segments, kBegin, kBegin + 3'600 * 48'000LL, 8'192));
  EXPECT_EQ(clocks.size(), 191'999U + 1) << "133.333 * 60 * 24 are 191,999.52";
  EXPECT_EQ(clocks.back(), segments[0].When(191'999 * kTicksPerClock));
}

TEST(MidiClockOut, WhoFollowsIsToldAStopItsPlaceAndWhereToComeInAgain) {
  std::vector<Segment> segments = {Rolling()};
  const MediaTime stops = kBegin + 50'100;  // 2.0875 quarter notes: the next sixteenth is 9
  segments.push_back(Changed(segments.back(), stops));
  segments.back().playing = false;
  const MediaTime begins = stops + 30'017;
  segments.push_back(Changed(segments.back(), begins));
  segments.back().playing = true;
  ClockOut out;
  const auto heard = Hear(out, segments, kBegin - 128, begins + 48'000);
  const MediaTime in = segments.back().When(9 * kTicksPerSixteenth);
  EXPECT_EQ(ButClocks(heard),
            (std::vector{Said(kBegin - 48, Midi::kStart), Said(stops, Midi::kStop), Place(stops, 9),
                         Said(in - 48, Midi::kContinue)}));
  EXPECT_GT(ExpectFollowed(heard, segments), 90);
  int standing = 0;
  for (const MediaTime clock : Clocks(heard)) {
    if (clock < stops || clock >= begins) continue;
    EXPECT_EQ((clock - kBegin) % 1'000, 0) << "they go on, with their phase";
    ++standing;
  }
  EXPECT_EQ(standing, 29) << "and none less than half of one before those that count";
}

TEST(MidiClockOut, APlaceIsToldWhenItIsLocatedAndSoIsAStandingTempo) {
  Segment stands = Rolling();
  stands.playing = false;
  Segment located = Changed(stands, kBegin + 10'500);
  located.tick0 = 21 * kTicksPerSixteenth;
  Segment faster = Changed(located, kBegin + 20'500);
  faster.tempo_mbpm = 240'000;
  Segment rolls = Changed(faster, kBegin + 40'000);
  rolls.playing = true;
  const std::vector<Segment> segments = {stands, located, faster, rolls};
  ClockOut out;
  const auto heard = Hear(out, segments, kBegin, kBegin + 60'000);
  EXPECT_EQ(ButClocks(heard), (std::vector{Place(kBegin, 0), Place(kBegin + 10'500, 21),
                                           Said(rolls.n0 - 48, Midi::kContinue)}));
  EXPECT_EQ(ExpectFollowed(heard, segments), 40);
  const auto clocks = Clocks(heard);
  EXPECT_EQ(clocks[20], kBegin + 20'000);
  EXPECT_EQ(clocks[21], kBegin + 20'750) << "half of it at the new tempo";
  EXPECT_EQ(clocks[22], kBegin + 21'250);
}

TEST(MidiClockOut, AJumpWhileItRollsIsStopPlaceContinue) {
  Segment jumped = Changed(Rolling(), kBegin + 30'000);
  jumped.tick0 = 100 * kTicksPerSixteenth + 5;
  const std::vector<Segment> segments = {Rolling(), jumped};
  ClockOut out;
  const auto heard = Hear(out, segments, kBegin - 128, kBegin + 60'000);
  const MediaTime in = jumped.When(101 * kTicksPerSixteenth);
  EXPECT_EQ(ButClocks(heard),
            (std::vector{Said(kBegin - 48, Midi::kStart), Said(jumped.n0, Midi::kStop),
                         Place(jumped.n0, 101), Said(in - 48, Midi::kContinue)}));
  EXPECT_GT(ExpectFollowed(heard, segments), 50);
}

TEST(MidiClockOut, ComesIntoAShowThatRollsAtTheNextSixteenth) {
  const std::vector<Segment> segments = {Rolling()};
  ClockOut out;
  const auto heard = Hear(out, segments, kBegin + 10'000, kBegin + 40'000);
  EXPECT_EQ(ButClocks(heard),
            (std::vector{Place(kBegin + 10'000, 2), Said(kBegin + 12'000 - 48, Midi::kContinue)}));
  EXPECT_EQ(Clocks(heard).front(), kBegin + 10'000);
  EXPECT_EQ(ExpectFollowed(heard, segments), 28);
}

TEST(MidiClockOut, WhatASongPositionCannotSayIsCounted) {
  const std::vector<Segment> last = {
      Rolling(120'000, (kMostSixteenths - 1) * kTicksPerSixteenth + 1)};
  ClockOut in_range;
  EXPECT_EQ(ButClocks(Hear(in_range, last, kBegin, kBegin + 24'000)).front(),
            Place(kBegin, 16'383));
  EXPECT_EQ(in_range.beyond(), 0U);
  const std::vector<Segment> beyond = {Rolling(120'000, kMostSixteenths * kTicksPerSixteenth + 1)};
  ClockOut out;
  const auto heard = Hear(out, beyond, kBegin, kBegin + 24'000);
  ASSERT_EQ(ButClocks(heard).size(), 1U);
  EXPECT_EQ(ButClocks(heard)[0].message.kind, Midi::kContinue);
  EXPECT_EQ(out.beyond(), 1U);
}

TEST(MidiClockOut, AChangeThatIsKnownLateLosesNoClock) {
  const Segment before = Rolling();
  Segment after = Changed(before, kBegin + 40'000);
  after.tempo_mbpm = 130'000;
  ClockOut out;
  auto heard = Hear(out, {before}, kBegin - 128, kBegin + 44'800);
  const auto rest = Hear(out, {before, after}, kBegin + 44'800, kBegin + 96'000);
  heard.insert(heard.end(), rest.begin(), rest.end());
  EXPECT_EQ(ButClocks(heard).size(), 1U) << "it is no jump";
  EXPECT_EQ(static_cast<Ticks>(Clocks(heard).size()),
            1 + after.At(kBegin + 96'000 - 1) / kTicksPerClock);
  EXPECT_EQ(Clocks(heard).back(),
            after.When(after.At(kBegin + 96'000 - 1) / kTicksPerClock * kTicksPerClock));
}

TEST(MidiClockOut, ShowsEndAndTimeJumpsAndBeginningsAreTakenBack) {
  ClockOut out;
  Hear(out, {Rolling()}, kBegin - 128, kBegin + 10'000);
  ClockOut::Out said;
  out.Run({.plays = false, .segments = {}}, kBegin + 10'000, kBegin + 10'128, said);
  ASSERT_EQ(said.size(), 1U);
  EXPECT_EQ(said[0], Said(kBegin + 10'000, Midi::kStop));
  said.clear();
  out.Run({.plays = false, .segments = {}}, kBegin + 10'128, kBegin + 20'000, said);
  EXPECT_TRUE(said.empty()) << "no clocks without a show";

  ClockOut jumping;
  Hear(jumping, {Rolling()}, kBegin - 128, kBegin + 12'000);
  const auto heard = Hear(jumping, {Rolling()}, kBegin + 20'000, kBegin + 30'000);
  EXPECT_EQ(ButClocks(heard),
            (std::vector{Said(kBegin + 20'000, Midi::kStop), Place(kBegin + 20'000, 4),
                         Said(kBegin + 24'000 - 48, Midi::kContinue)}));

  Segment stands = Rolling();
  stands.playing = false;
  Segment rolls = Changed(stands, kBegin + 9'600);
  rolls.playing = true;
  ClockOut waiting;
  Hear(waiting, {stands, rolls}, kBegin, kBegin + 9'590);
  const auto taken_back = Hear(waiting, {stands}, kBegin + 9'590, kBegin + 12'000);
  EXPECT_EQ(ButClocks(taken_back).front(), Said(kBegin + 9'590, Midi::kStop));
}

}  // namespace
}  // namespace continuo::coordinator::midi_clock
