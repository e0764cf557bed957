// SPDX-License-Identifier: Apache-2.0
#include "proto/session/conductor.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace continuo::session {
namespace {

constexpr int kQuantum = 48;
constexpr MediaTime kStart = 48 * 1'000'000;

class ConductorTest : public ::testing::Test {
 protected:
  ConductorTest() {
    segment_.n0 = kStart;
    segment_.playing = true;
    conductor_.Start(segment_, 3);
  }
  static Event At(MediaTime n, Command command, std::int64_t value = 0) {
    static EventId id = 0;
    return {n, ++id, command, 0, value};
  }
  ControlQuantum Run(MediaTime n, const std::vector<Event>& events = {}) {
    ControlQuantum quantum;
    conductor_.Run(n, kQuantum, events, quantum);
    return quantum;
  }
  Segment segment_;
  Conductor conductor_;
};

TEST_F(ConductorTest, NothingHappensWithoutEvents) {
  const ControlQuantum quantum = Run(kStart);
  ASSERT_EQ(quantum.segments.size(), 1u);
  EXPECT_EQ(quantum.segments[0], segment_);
  EXPECT_EQ(quantum.plan_version, 3u);
  EXPECT_EQ(quantum.n, kStart);
  EXPECT_EQ(quantum.frames, kQuantum);
}

TEST_F(ConductorTest, TempoChangesAtItsSampleAndThePositionGoesOn) {
  const MediaTime at = kStart + 31;
  const ControlQuantum quantum = Run(kStart, {At(at, Command::kTempo, 90'001)});
  ASSERT_EQ(quantum.segments.size(), 2u);
  EXPECT_EQ(quantum.segments[0], segment_);
  EXPECT_EQ(quantum.segments[1].n0, at);
  EXPECT_EQ(quantum.segments[1].tick0, segment_.At(at));
  EXPECT_EQ(quantum.segments[1].tempo_mbpm, 90'001u);
  EXPECT_EQ(quantum.segments[1].version, segment_.version + 1);
  EXPECT_EQ(&SegmentAt(quantum, at - 1), &quantum.segments[0]);
  EXPECT_EQ(&SegmentAt(quantum, at), &quantum.segments[1]);
}

class TempoMapTest : public ConductorTest {
 protected:
  TempoMapTest() {
    marks_.push_back({4 * kTicksPerBeat, 90'000});
    marks_.push_back({8 * kTicksPerBeat, 240'000});
    conductor_.Start(segment_, 3, marks_);
  }
  /// Plays on until just before `end`; all segments that began.
  std::vector<Segment> PlayTo(MediaTime end, const std::vector<Event>& events = {}) {
    std::vector<Segment> begun;
    for (; n_ < end; n_ += kQuantum) {
      std::vector<Event> now;
      for (const Event& event : events) {
        if (event.at >= n_ && event.at < n_ + kQuantum) now.push_back(event);
      }
      for (const Segment& segment : Run(n_, now).segments) {
        if (segment.n0 >= n_) begun.push_back(segment);
      }
    }
    return begun;
  }
  TempoMarks marks_;
  MediaTime n_ = kStart;
  static constexpr MediaTime kFirst = kStart + 2 * kSampleRate;             // four beats at 120
  static constexpr MediaTime kSecond = kFirst + kSampleRate * 4 * 60 / 90;  // four beats at 90
};

TEST_F(TempoMapTest, TheTempoChangesOnTheSampleAtWhichTheMarkIsReached) {
  const std::vector<Segment> begun = PlayTo(kSecond + kSampleRate);
  ASSERT_EQ(begun.size(), 3u);
  EXPECT_EQ(begun[1].n0, kFirst);
  EXPECT_EQ(begun[1].tick0, 4 * kTicksPerBeat);
  EXPECT_EQ(begun[1].tempo_mbpm, 90'000u);
  EXPECT_EQ(begun[2].n0, kSecond);
  EXPECT_EQ(begun[2].tempo_mbpm, 240'000u);
  EXPECT_EQ(conductor_.NextMark(), kMediaTimeLimit);
}

TEST_F(TempoMapTest, AnOperatorsTempoHoldsUntilTheNextMark) {
  const MediaTime at =
      kStart + kSampleRate;  // two beats before the mark, which then take two seconds
  const std::vector<Segment> begun =
      PlayTo(kStart + 4 * kSampleRate, {At(at, Command::kTempo, 60'000)});
  ASSERT_EQ(begun.size(), 3u);
  EXPECT_EQ(begun[1].tempo_mbpm, 60'000u);
  EXPECT_EQ(begun[2].n0, at + 2 * kSampleRate);
  EXPECT_EQ(begun[2].tempo_mbpm, 90'000u);
}

TEST_F(TempoMapTest, WhoAsksOnTheSampleOfAMarkIsHeard) {
  const std::vector<Segment> begun =
      PlayTo(kFirst + kQuantum, {At(kFirst, Command::kTempo, 33'000)});
  ASSERT_EQ(begun.size(), 2u);
  EXPECT_EQ(begun[1].n0, kFirst);
  EXPECT_EQ(begun[1].tempo_mbpm, 33'000u);
}

TEST_F(TempoMapTest, WhereAMusicianGoesTheTempoIsThatOfThePlace) {
  PlayTo(kStart + kSampleRate, {At(kStart + 100, Command::kLocate, 9 * kTicksPerBeat)});
  EXPECT_EQ(conductor_.segment().tempo_mbpm, 240'000u);
  PlayTo(n_ + kSampleRate, {At(n_ + 100, Command::kLocate, 0)});
  EXPECT_EQ(conductor_.segment().tempo_mbpm, 120'000u);
  EXPECT_LT(conductor_.NextMark(), kMediaTimeLimit) << "it comes by again";
}

TEST_F(TempoMapTest, WhileTheTransportStandsNoMarkIsReached) {
  PlayTo(kStart + 2 * kSampleRate - 480, {At(kStart + 480, Command::kStop)});
  PlayTo(kStart + 10 * kSampleRate);
  EXPECT_EQ(conductor_.segment().tempo_mbpm, 120'000u);
  EXPECT_EQ(conductor_.NextMark(), kMediaTimeLimit);
}

TEST_F(TempoMapTest, ARestoredConductorGoesOnInTheMap) {
  PlayTo(kStart + kSampleRate);
  std::array<std::uint8_t, 128> bytes{};
  ByteWriter writer(bytes);
  conductor_.Snapshot(writer);
  Conductor other;
  other.Start({.version = 9, .n0 = kStart}, 1, marks_);
  ByteReader reader({bytes.data(), writer.size()});
  ASSERT_TRUE(other.Restore(reader));
  EXPECT_EQ(other.NextMark(), conductor_.NextMark());
}

TEST_F(TempoMapTest, MarksOutOfOrderOrRangeAreNone) {
  EXPECT_TRUE(IsValid(marks_));
  const auto is_valid = [](std::initializer_list<TempoMark> list) {
    TempoMarks marks;
    for (const TempoMark& mark : list) marks.push_back(mark);
    return IsValid(marks);
  };
  EXPECT_TRUE(is_valid({}));
  EXPECT_TRUE(is_valid({{0, 120'000}})) << "a show that is taken up in its middle";
  EXPECT_FALSE(is_valid({{-1, 120'000}}));
  EXPECT_FALSE(is_valid({{0, 120'000}, {0, 130'000}}));
  EXPECT_FALSE(is_valid({{5, 120'000}, {5, 130'000}}));
  EXPECT_FALSE(is_valid({{5, 120'000}, {4, 130'000}}));
  EXPECT_FALSE(is_valid({{5, 9'999}}));
  EXPECT_FALSE(is_valid({{kTickLimit, 120'000}}));
}

TEST_F(ConductorTest, AnEventOnTheFirstSampleIsTheFirstSegment) {
  const ControlQuantum quantum = Run(kStart + kQuantum, {At(kStart + kQuantum, Command::kStop)});
  ASSERT_EQ(quantum.segments.size(), 1u);
  EXPECT_EQ(quantum.segments[0].n0, kStart + kQuantum);
  EXPECT_FALSE(quantum.segments[0].playing);
  EXPECT_EQ(quantum.segments[0].tick0, segment_.At(kStart + kQuantum));
}

TEST_F(ConductorTest, EventsOfOneSampleMakeOneSegment) {
  const MediaTime at = kStart + 10;
  const ControlQuantum quantum =
      Run(kStart, {At(at, Command::kStop), At(at, Command::kLocate, 4 * kTicksPerBeat),
                   At(at, Command::kTempo, 60'000), At(at, Command::kPlay)});
  ASSERT_EQ(quantum.segments.size(), 2u);
  EXPECT_TRUE(quantum.segments[1].playing);
  EXPECT_EQ(quantum.segments[1].tick0, 4 * kTicksPerBeat);
  EXPECT_EQ(quantum.segments[1].tempo_mbpm, 60'000u);
  EXPECT_EQ(quantum.segments[1].version, segment_.version + 1);
}

TEST_F(ConductorTest, WhatChangesNothingMakesNoSegment) {
  const ControlQuantum quantum =
      Run(kStart, {At(kStart + 5, Command::kPlay), At(kStart + 6, Command::kTempo, 120'000),
                   At(kStart + 7, Command::kMeter, 4 << 8 | 4)});
  EXPECT_EQ(quantum.segments.size(), 1u);
  EXPECT_EQ(conductor_.segment(), segment_);
}

TEST_F(ConductorTest, StopStandsStillAndPlayGoesOnFromThere) {
  Run(kStart, {At(kStart + 40, Command::kStop)});
  const Ticks stopped = segment_.At(kStart + 40);
  const MediaTime later = kStart + 1000 * kQuantum;
  const ControlQuantum quantum = Run(later, {At(later + 1, Command::kPlay)});
  EXPECT_EQ(quantum.segments[0].At(later), stopped);
  EXPECT_EQ(quantum.segments[1].At(later + 1), stopped);
  EXPECT_GT(quantum.segments[1].At(later + 3), stopped);
}

TEST_F(ConductorTest, TooManyChangesInAQuantumEndWhereAllWouldHaveLed) {
  std::vector<Event> events;
  for (int i = 0; i < 20; ++i)
    events.push_back(At(kStart + 1 + 2 * i, Command::kTempo, 60'000 + 10'000 * i));
  const ControlQuantum quantum = Run(kStart, events);
  ASSERT_EQ(quantum.segments.size(), 8u);
  Segment expected = segment_;
  for (const Event& event : events) {
    expected = Rebase(expected, event.at);
    expected.tempo_mbpm = static_cast<std::uint32_t>(event.value);
    ++expected.version;
  }
  EXPECT_EQ(quantum.segments.back(), expected);
  EXPECT_EQ(conductor_.segment(), expected);
  EXPECT_EQ(quantum.segments[6].n0, kStart + 11);
}

TEST_F(ConductorTest, AMeterOnABarLineKeepsTheBar) {
  const Ticks bar5 = 16 * kTicksPerBeat;
  for (const std::uint32_t tempo : {60'000u, 133'337u, 999'000u}) {
    segment_.tempo_mbpm = tempo;
    conductor_.Start(segment_, 1);
    const MediaTime at = segment_.When(bar5);
    const MediaTime n = PacketOf(at, kQuantum) * kQuantum;
    Run(n, {At(at, Command::kMeter, 7 << 8 | 8)});
    const Segment& now = conductor_.segment();
    EXPECT_EQ(now.bar_tick, bar5) << tempo;
    EXPECT_EQ(now.bar_number, 5u);
    EXPECT_EQ(ToBarBeat(now, bar5 + 7 * kTicksPerBeat / 2).bar, 6);
  }
}

TEST_F(ConductorTest, AMeterInsideABarBeginsTheNextBarThere) {
  const MediaTime at = segment_.When(17 * kTicksPerBeat + kTicksPerBeat / 2);
  Run(PacketOf(at, kQuantum) * kQuantum, {At(at, Command::kMeter, 6 << 8 | 8)});
  const Segment& now = conductor_.segment();
  EXPECT_EQ(now.bar_number, 6u);
  EXPECT_EQ(now.bar_tick, now.tick0);
  EXPECT_EQ(now.meter_num, 6);
  EXPECT_EQ(now.meter_den, 8);
}

TEST_F(ConductorTest, LocateToTheBeginningIsBarOneInWhateverMeter) {
  Run(kStart, {At(kStart + 1, Command::kLocate, 33 * kTicksPerBeat)});
  Run(kStart + kQuantum, {At(kStart + kQuantum + 2, Command::kMeter, 7 << 8 | 8)});
  Run(kStart + 2 * kQuantum, {At(kStart + 2 * kQuantum + 3, Command::kLocate, 0)});
  const BarBeat at = ToBarBeat(conductor_.segment(), 0);
  EXPECT_EQ(at.bar, 1);
  EXPECT_EQ(at.beat, 1);
  EXPECT_EQ(conductor_.segment().meter_num, 7);
}

TEST_F(ConductorTest, APlanVersionIsInForceFromAWholeQuantum) {
  EXPECT_EQ(Run(kStart, {At(kStart + 1, Command::kPlanVersion, 4)}).plan_version, 3u);
  EXPECT_EQ(Run(kStart + kQuantum).plan_version, 4u);
  const MediaTime n = kStart + 2 * kQuantum;
  EXPECT_EQ(Run(n, {At(n, Command::kPlanVersion, 6)}).plan_version, 6u);
  EXPECT_EQ(Run(n + kQuantum, {At(n + kQuantum, Command::kPlanVersion, 5)}).plan_version, 6u);
}

TEST_F(ConductorTest, TheEndOfTimeIsNotPassed) {
  Run(kStart, {At(kStart + 1, Command::kLocate, kTickLimit - 1),
               At(kStart + 40, Command::kTempo, 999'000)});
  EXPECT_TRUE(IsValid(conductor_.segment()));
  EXPECT_EQ(conductor_.segment().tick0, kTickLimit - 1);
}

TEST_F(ConductorTest, BadEventsArePassedOver) {
  const ControlQuantum quantum = Run(
      kStart, {At(kStart - 1, Command::kStop), At(kStart + 1, Command::kTempo, 1),
               At(kStart + 2, Command::kLocate, -1), At(kStart + 3, Command::kMeter, 4 << 8 | 5),
               At(kStart + 4, Command::kParam), At(kStart + kQuantum, Command::kStop)});
  EXPECT_EQ(quantum.segments.size(), 1u);
}

TEST_F(ConductorTest, CommandsAreCheckedBeforeTheyAreIssued) {
  EXPECT_EQ(CheckCommand(At(1, Command::kPlay)), nullptr);
  EXPECT_EQ(CheckCommand(At(1, Command::kTempo, 10'000)), nullptr);
  EXPECT_EQ(CheckCommand(At(1, Command::kMeter, 32 << 8 | 32)), nullptr);
  EXPECT_EQ(CheckCommand(At(1, Command::kLocate, 0)), nullptr);
  EXPECT_NE(CheckCommand(At(1, Command::kTempo, 9'999)), nullptr);
  EXPECT_NE(CheckCommand(At(1, Command::kTempo, 999'001)), nullptr);
  EXPECT_NE(CheckCommand(At(1, Command::kTempo, std::int64_t{120'000} | std::int64_t{1} << 32)),
            nullptr);
  EXPECT_NE(CheckCommand(At(1, Command::kMeter, 33 << 8 | 4)), nullptr);
  EXPECT_NE(CheckCommand(At(1, Command::kMeter, -1)), nullptr);
  EXPECT_NE(CheckCommand(At(1, Command::kLocate, kTickLimit)), nullptr);
  EXPECT_NE(CheckCommand(At(1, Command::kPlanVersion, 0)), nullptr);
  EXPECT_NE(CheckCommand(At(-1, Command::kPlay)), nullptr);
  EXPECT_NE(CheckCommand(At(1, Command::kParam)), nullptr);
  EXPECT_NE(CheckCommand(At(1, static_cast<Command>(99))), nullptr);
}

TEST_F(ConductorTest, ARestoredConductorGoesOnAlike) {
  Run(kStart, {At(kStart + 7, Command::kTempo, 77'777), At(kStart + 9, Command::kPlanVersion, 9)});
  std::array<std::uint8_t, 128> memory{};
  ByteWriter writer(memory);
  conductor_.Snapshot(writer);
  ASSERT_TRUE(writer.ok());
  Conductor other;
  ByteReader reader(std::span<const std::uint8_t>(memory).first(writer.size()));
  ASSERT_TRUE(other.Restore(reader));
  EXPECT_EQ(reader.left(), 0u);
  const std::vector<Event> events = {At(kStart + kQuantum + 5, Command::kMeter, 3 << 8 | 4)};
  ControlQuantum a, b;
  conductor_.Run(kStart + kQuantum, kQuantum, events, a);
  other.Run(kStart + kQuantum, kQuantum, events, b);
  EXPECT_EQ(a, b);
}

TEST_F(ConductorTest, ADamagedSnapshotChangesNothing) {
  std::array<std::uint8_t, 128> memory{};
  ByteWriter writer(memory);
  conductor_.Snapshot(writer);
  ByteReader cut(std::span<const std::uint8_t>(memory).first(writer.size() - 1));
  EXPECT_FALSE(conductor_.Restore(cut));
  memory[0] = 9;
  ByteReader wrong(std::span<const std::uint8_t>(memory).first(writer.size()));
  EXPECT_FALSE(conductor_.Restore(wrong));
  EXPECT_EQ(conductor_.segment(), segment_);
}

TEST_F(ConductorTest, PanicMutesFromItsSampleOnAndNothingElseChanges) {
  const MediaTime at = kStart + 7;
  const ControlQuantum quantum = Run(kStart, {At(at, Command::kMute, 1)});
  ASSERT_EQ(quantum.segments.size(), 2u);
  Segment expected = Rebase(segment_, at);
  ++expected.version;
  expected.muted = true;
  expected.mute_n0 = at;
  EXPECT_EQ(quantum.segments[1], expected);
  EXPECT_EQ(Run(kStart + kQuantum, {At(kStart + kQuantum + 1, Command::kMute, 1)}).segments.size(),
            1u)
      << "muted already";
}

TEST_F(ConductorTest, AScenesRecallIsOfOneSampleAndNoSegment) {
  const MediaTime at = kStart + 7;
  const ControlQuantum quantum =
      Run(kStart, {At(at, Command::kScene, 3), At(at, Command::kScene, 1),
                   At(at, Command::kScene, 0), At(at + 9, Command::kScene, kMaxScenes + 1)});
  EXPECT_EQ(quantum.segments.size(), 1u);
  ASSERT_EQ(quantum.recalls.size(), 2u) << "the other two name no scene";
  EXPECT_EQ(quantum.recalls[0], (Recall{at, 3}));
  EXPECT_EQ(quantum.recalls[1], (Recall{at, 1}));
  EXPECT_TRUE(Run(kStart + kQuantum).recalls.empty());
}

TEST_F(ConductorTest, OfMoreRecallsThanFitTheLastOneStays) {
  std::vector<Event> events;
  for (int i = 1; i <= kMaxRecallsPerQuantum + 3; ++i) {
    events.push_back(At(kStart + i, Command::kScene, i));
  }
  const ControlQuantum quantum = Run(kStart, events);
  ASSERT_TRUE(quantum.recalls.full());
  EXPECT_EQ(quantum.recalls.back().scene, kMaxRecallsPerQuantum + 3);
}

TEST_F(ConductorTest, AFadeThatIsOnIsWaitedFor) {
  const MediaTime at = kStart + 7;
  const ControlQuantum quantum =
      Run(kStart, {At(at, Command::kMute, 1), At(at + 10, Command::kMute, 0)});
  ASSERT_EQ(quantum.segments.size(), 3u);
  EXPECT_FALSE(quantum.segments[2].muted);
  EXPECT_EQ(quantum.segments[2].mute_n0, at + kMuteFade);
}

TEST_F(ConductorTest, AFadeThatWaitsIsTakenBackAndTheOneBeforeItGoesOn) {
  const MediaTime at = kStart + 7;
  const ControlQuantum quantum = Run(
      kStart,
      {At(at, Command::kMute, 1), At(at + 10, Command::kMute, 0), At(at + 20, Command::kMute, 1)});
  ASSERT_EQ(quantum.segments.size(), 4u);
  EXPECT_TRUE(quantum.segments[3].muted);
  EXPECT_EQ(quantum.segments[3].mute_n0, at);
}

}  // namespace
}  // namespace continuo::session
