// SPDX-License-Identifier: Apache-2.0
#include "dsp/graph/automation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "dsp/kernels/registry.h"
#include "proto/session/conductor.h"
#include "proto/session/segment_codec.h"

namespace continuo::dsp {
namespace {

using session::kTicksPerBeat;
using session::Ticks;

constexpr MediaTime kStart = 192 * 500'001;  // a multiple of every quantum and of the grid

const KernelDescription& Synth() {
  return *FindKernel("synth");
}
std::uint16_t Index(const char* name) {
  return static_cast<std::uint16_t>(FindParam(Synth(), name));
}

struct Sent {
  MediaTime at = 0;
  std::uint16_t param = 0;
  float value = 0;
  bool operator==(const Sent&) const = default;
};

/// Writes down what it is sent.
class Recorder final : public Kernel {
 public:
  bool Prepare(const KernelConfig&, Arena&) override { return true; }
  void Process(const Block&) CONTINUO_REALTIME override {}
  void Apply(const KernelEvent& event) CONTINUO_REALTIME override {
    sent.push_back({event.at, event.target, event.value});
  }
  void Snapshot(ByteWriter&) const override {}
  bool Restore(ByteReader&) override { return true; }
  std::vector<Sent> sent;
};

using Points = std::vector<AutomationPoint>;

/// One task's automation, played on a session by itself.
class Player {
 public:
  explicit Player(const Points& points, const session::TempoMarks& marks = {}) {
    EXPECT_EQ(CheckAutomation(points, Synth()), nullptr);
    Arena measuring;
    automation.Prepare(points, Synth(), measuring);
    EXPECT_LE(measuring.needed(), memory_.size());
    Arena arena(memory_.data(), memory_.size());
    automation.Prepare(points, Synth(), arena);
    EXPECT_FALSE(arena.exhausted());
    conductor.Start({.version = 1, .n0 = kStart, .tempo_mbpm = 123'456, .playing = true}, 1, marks);
  }

  /// Goes on until `end`, in quanta of so many samples, and looks also where nothing is to be done.
  void PlayTo(MediaTime end, int quantum = 96) {
    while (n < end) {
      session::ControlQuantum control;
      conductor.Run(n, quantum, EventsIn(n, n + quantum), control);
      for (MediaTime now = n; now < n + quantum;) {
        const session::Segment& segment = session::SegmentAt(control, now);
        automation.Run(segment, now, recorder);
        for (const Sent& set : sets) {
          if (set.at == now) automation.Hold(set.param, set.value);
        }
        MediaTime next = n + quantum;
        for (const session::Segment& other : control.segments) {
          if (other.n0 > now) next = std::min(next, other.n0);
        }
        for (const Sent& set : sets) {
          if (set.at > now) next = std::min(next, set.at);
        }
        if (restless) next = std::min(next, now + 1 + now % 5);
        now = automation.Next(segment, now, next);
      }
      n += quantum;
    }
  }
  void At(MediaTime at, Command command, std::int64_t value = 0) {
    events.push_back({.at = at, .id = events.size() + 1, .command = command, .value = value});
  }
  std::vector<Sent> SentOf(std::uint16_t param) const {
    std::vector<Sent> own;
    for (const Sent& one : recorder.sent) {
      if (one.param == param) own.push_back(one);
    }
    return own;
  }

  Automation automation;
  Recorder recorder;
  session::Conductor conductor;
  std::vector<Event> events;  ///< of the session
  std::vector<Sent> sets;     ///< of an operator
  bool restless = false;
  MediaTime n = kStart;

 private:
  std::span<const Event> EventsIn(MediaTime from, MediaTime to) const {
    const auto before = [](const Event& event, MediaTime at) { return event.at < at; };
    const auto first = std::lower_bound(events.begin(), events.end(), from, before);
    return {first, std::lower_bound(first, events.end(), to, before)};
  }
  alignas(16) std::array<std::uint8_t, 8192> memory_{};
};

/// Where the position is a tick, from the start on, at the tempo of the start.
MediaTime When(Ticks tick) {
  return session::Segment{.n0 = kStart, .tempo_mbpm = 123'456, .playing = true}.When(tick);
}
Ticks TickAt(MediaTime n) {
  return session::Segment{.n0 = kStart, .tempo_mbpm = 123'456, .playing = true}.At(n);
}

/// Up on a ruler's straight line, down by factors, and steps.
Points Cutoff() {
  return {{kTicksPerBeat / 3, Index("cutoff"), CurveShape::kAsKnob, 300},
          {2 * kTicksPerBeat + 7, Index("cutoff"), CurveShape::kLinear, 4000},
          {4 * kTicksPerBeat, Index("cutoff"), CurveShape::kExponential, 250},
          {5 * kTicksPerBeat, Index("cutoff"), CurveShape::kStep, 9000},
          {6 * kTicksPerBeat, Index("cutoff"), CurveShape::kAsKnob, 90}};
}

TEST(AutomationTest, AtItsPointsAParameterIsWhatTheyAreOnTheSampleThatReachesThem) {
  Player player(Cutoff());
  player.PlayTo(kStart + 4 * kSampleRate);
  for (const AutomationPoint& point : Cutoff()) {
    const Sent want{std::max(kStart, When(point.tick)), point.param, point.value};
    const auto found = std::find_if(
        player.recorder.sent.begin(), player.recorder.sent.end(), [&](const Sent& sent) {
          return sent.at == want.at || (sent.at == kStart && sent.value == want.value);
        });
    ASSERT_NE(found, player.recorder.sent.end()) << point.tick;
    // What is reached between two ticks of a sample is on its way already.
    EXPECT_NEAR(found->value / want.value, 1.0f, 1e-3f) << point.tick;
  }
  EXPECT_EQ(player.recorder.sent.front(), (Sent{kStart, Index("cutoff"), 300}))
      << "before its first point it is there already";
  EXPECT_EQ(player.recorder.sent.back().value, 90.0f);
  EXPECT_EQ(player.recorder.sent.back().at, When(6 * kTicksPerBeat)) << "and stays after its last";
}

TEST(AutomationTest, BetweenItsPointsAParameterIsWhereTheoryPutsIt) {
  Player player(Cutoff());
  player.PlayTo(kStart + 4 * kSampleRate);
  const auto way = [](MediaTime n, Ticks from, Ticks to) {
    return static_cast<double>(TickAt(n) - from) / static_cast<double>(to - from);
  };
  const Points points = Cutoff();
  int linear = 0, exponential = 0;
  for (const Sent& sent : player.recorder.sent) {
    const Ticks tick = TickAt(sent.at);
    if (tick >= points[0].tick && tick < points[1].tick) {
      const double want = 300 + way(sent.at, points[0].tick, points[1].tick) * (4000 - 300);
      EXPECT_NEAR(sent.value, want, 1e-3);
      ++linear;
    }
    for (const int to : {2, 4}) {
      const auto i = static_cast<std::size_t>(to);
      if (tick < points[i - 1].tick || tick >= points[i].tick) continue;
      const double a = points[i - 1].value, b = points[i].value;
      const double want = a * std::pow(b / a, way(sent.at, points[i - 1].tick, points[i].tick));
      EXPECT_NEAR(sent.value / want, 1.0, 3e-6) << "a knob of factors turns by factors";
      ++exponential;
    }
    EXPECT_FALSE(tick >= points[2].tick + kTicksPerBeat / 100 && tick < points[3].tick)
        << "a step stays where it was";
  }
  EXPECT_GT(linear, 200);
  EXPECT_GT(exponential, 300);
}

TEST(AutomationTest, BetweenItsPointsItIsSentOnSamplesOfTheGridOnly) {
  Player player(Cutoff());
  player.restless = true;
  player.PlayTo(kStart + 4 * kSampleRate, 64);
  int off_grid = 0;
  for (const Sent& sent : player.recorder.sent) off_grid += sent.at % kAutomationGrid != 0 ? 1 : 0;
  EXPECT_LE(off_grid, 5) << "one for each point";
  EXPECT_LE(player.recorder.sent.size(), 4u * kSampleRate / kAutomationGrid + 5);
}

/// With everything that a session can do in the middle of curves.
struct Performance {
  Points points;
  session::TempoMarks marks;
  void Give(Player& player) const {
    player.At(kStart + 20'011, Command::kTempo, 97'500);
    player.At(kStart + 40'007, Command::kLocate, 5 * kTicksPerBeat / 2 + 77);
    player.At(kStart + 60'001, Command::kStop);
    player.At(kStart + 65'003, Command::kLocate, kTicksPerBeat);
    player.At(kStart + 70'013, Command::kPlay);
    player.At(kStart + 70'013, Command::kTempo, 180'000);
    player.At(kStart + 90'001, Command::kMeter, 3 << 8 | 8);
    player.sets = {{kStart + 10'001, Index("cutoff"), 1234},
                   {kStart + 75'000, Index("gain"), -12},
                   {kStart + 80'000, Index("attack"), 5}};
  }
  Performance() {
    points = Cutoff();
    points.insert(points.begin(), {{0, Index("gain"), CurveShape::kAsKnob, -90},
                                   {3 * kTicksPerBeat, Index("gain"), CurveShape::kLinear, 3},
                                   {4 * kTicksPerBeat, Index("gain"), CurveShape::kStep, -3}});
    points.push_back({3 * kTicksPerBeat, Index("mono"), CurveShape::kAsKnob, 1});
    points.push_back({4 * kTicksPerBeat, Index("mono"), CurveShape::kAsKnob, 0});
    std::stable_sort(points.begin(), points.end(),
                     [](const auto& a, const auto& b) { return a.param < b.param; });
    marks.push_back({2 * kTicksPerBeat + 7, 200'000});
    marks.push_back({4 * kTicksPerBeat, 60'000});
  }
};

TEST(AutomationTest, NeitherTheQuantumNorTheBlocksChangeWhatIsSent) {
  const Performance performance;
  std::vector<Sent> reference;
  for (const int quantum : {96, 6, 12, 16, 32, 48, 64}) {
    for (const bool restless : {false, true}) {
      Player player(performance.points, performance.marks);
      performance.Give(player);
      player.restless = restless;
      player.PlayTo(kStart + 192 * 700, quantum);
      if (reference.empty()) reference = player.recorder.sent;
      EXPECT_GT(reference.size(), 1000u);
      EXPECT_EQ(player.recorder.sent, reference) << quantum;
    }
  }
}

TEST(AutomationTest, WhoRestoredAStateSendsWhatWhoLivedThroughSends) {
  const Performance performance;
  for (const MediaTime join :
       {96, 9'600, 10'080, 19'968, 40'032, 62'400, 65'088, 75'072, 110'016}) {
    Player original(performance.points, performance.marks);
    Player newcomer(performance.points, performance.marks);
    performance.Give(original);
    performance.Give(newcomer);
    original.PlayTo(kStart + join);
    std::array<std::uint8_t, 256> bytes{};
    ByteWriter writer(bytes);
    original.conductor.Snapshot(writer);
    original.automation.Snapshot(writer);
    ASSERT_TRUE(writer.ok());
    ByteReader reader({bytes.data(), writer.size()});
    ASSERT_TRUE(newcomer.conductor.Restore(reader));
    ASSERT_TRUE(newcomer.automation.Restore(reader));
    EXPECT_EQ(reader.left(), 0u);
    newcomer.n = original.n;
    original.recorder.sent.clear();
    original.PlayTo(kStart + 192 * 700);
    newcomer.PlayTo(kStart + 192 * 700);
    EXPECT_EQ(newcomer.recorder.sent, original.recorder.sent) << join;
  }
}

TEST(AutomationTest, WhoBeginsInTheMiddleIsWhereTheOthersAre) {
  Player original(Cutoff()), newcomer(Cutoff());
  original.PlayTo(kStart + 48'000);
  newcomer.conductor = original.conductor;
  newcomer.n = original.n;
  original.recorder.sent.clear();
  original.PlayTo(kStart + 192 * 700);
  newcomer.PlayTo(kStart + 192 * 700);
  EXPECT_EQ(newcomer.recorder.sent, original.recorder.sent);
}

TEST(AutomationTest, WhatAnOperatorSetsHoldsUntilTheNextPoint) {
  Player player(Cutoff());
  player.sets = {{kStart + 30'001, Index("cutoff"), 777}};
  player.PlayTo(kStart + 4 * kSampleRate);
  const MediaTime next = When(2 * kTicksPerBeat + 7);
  ASSERT_LT(kStart + 30'001, next);
  bool goes_on = false;
  for (const Sent& sent : player.recorder.sent) {
    EXPECT_FALSE(sent.at >= kStart + 30'001 && sent.at < next) << sent.at;
    goes_on = goes_on || sent.at == next;
  }
  EXPECT_TRUE(goes_on);
}

TEST(AutomationTest, WhoSetsItOnTheSampleOfAPointIsHeard) {
  Player player(Cutoff());
  const MediaTime at = When(2 * kTicksPerBeat + 7);
  player.sets = {{at, Index("cutoff"), 777}};
  player.PlayTo(kStart + 4 * kSampleRate);
  const MediaTime next = When(4 * kTicksPerBeat);
  for (const Sent& sent : player.recorder.sent) EXPECT_FALSE(sent.at > at && sent.at < next);
}

TEST(AutomationTest, AfterTheLastPointWhatAnOperatorSetsHoldsUntilSomebodyLocates) {
  Player player(Cutoff());
  player.sets = {{kStart + 3 * kSampleRate, Index("cutoff"), 777}};
  player.PlayTo(kStart + 4 * kSampleRate);
  player.recorder.sent.clear();
  player.PlayTo(kStart + 5 * kSampleRate);
  EXPECT_THAT(player.recorder.sent, testing::IsEmpty());
  player.At(player.n + 7, Command::kLocate, 7 * kTicksPerBeat);  // after the last one, too
  player.PlayTo(player.n + 96);
  EXPECT_THAT(player.recorder.sent,
              testing::ElementsAre(Sent{player.n - 96 + 7, Index("cutoff"), 90}));
}

TEST(AutomationTest, WhoLocatesHearsTheValueOfThePlaceAlsoWhileTheTransportStands) {
  Player player(Cutoff());
  player.At(kStart + 5'000, Command::kStop);
  player.At(kStart + 9'000, Command::kLocate, 9 * kTicksPerBeat / 2);
  player.At(kStart + 9'700, Command::kLocate, 0);
  player.PlayTo(kStart + 9'600);
  const Sent last = player.recorder.sent.back();
  EXPECT_EQ(last, (Sent{kStart + 9'000, Index("cutoff"), 250}));
  player.PlayTo(kStart + 9'792);
  EXPECT_EQ(player.recorder.sent.back(), (Sent{kStart + 9'700, Index("cutoff"), 300}));
  const std::size_t so_far = player.recorder.sent.size();
  player.PlayTo(kStart + 48'000);
  EXPECT_EQ(player.recorder.sent.size(), so_far) << "nothing moves while nothing plays";
}

TEST(AutomationTest, ValuesNeverLeaveTheirPoints) {
  const AutomationPoint tiny{0, 0, CurveShape::kAsKnob, 1e-30f};
  const AutomationPoint huge{std::int64_t{1} << 55, 0, CurveShape::kExponential, 3e38f};
  const AutomationPoint low{0, 0, CurveShape::kAsKnob, -0.30000001f};
  const AutomationPoint high{3, 0, CurveShape::kLinear, 0.1f};
  for (Ticks tick = 1; tick < huge.tick; tick *= 3) {
    const float value = ValueBetween(tiny, huge, tick, Curve::kLinear);
    EXPECT_TRUE(value >= tiny.value && value <= huge.value) << value;
  }
  for (const Ticks tick : {0, 1, 2}) {
    const float value = ValueBetween(low, high, tick, Curve::kLinear);
    EXPECT_TRUE(value >= low.value && value <= high.value) << value;
  }
}

const char* Wrong(const Points& points) {
  const char* const wrong = CheckAutomation(points, Synth());
  return wrong == nullptr ? "" : wrong;
}

TEST(AutomationTest, PointsThatAreNoCurveAreRefused) {
  using testing::HasSubstr;
  const std::uint16_t gain = Index("gain"), cutoff = Index("cutoff");
  EXPECT_STREQ(Wrong({}), "");
  EXPECT_THAT(Wrong({{0, 999, CurveShape::kStep, 0}}), HasSubstr("does not have"));
  EXPECT_THAT(Wrong({{0, gain, CurveShape::kStep, 25}}), HasSubstr("out of its range"));
  EXPECT_THAT(Wrong({{0, gain, CurveShape::kStep, std::nanf("")}}), HasSubstr("out of its range"));
  EXPECT_THAT(Wrong({{-1, gain, CurveShape::kStep, 0}}), HasSubstr("is none"));
  EXPECT_THAT(Wrong({{session::kTickLimit, gain, CurveShape::kStep, 0}}), HasSubstr("is none"));
  EXPECT_THAT(Wrong({{0, gain, static_cast<CurveShape>(4), 0}}), HasSubstr("is none"));
  EXPECT_THAT(Wrong({{5, gain, CurveShape::kStep, 0}, {5, gain, CurveShape::kStep, 1}}),
              HasSubstr("not in order"));
  EXPECT_THAT(Wrong({{5, cutoff, CurveShape::kStep, 99}, {6, gain, CurveShape::kStep, 1}}),
              HasSubstr("not in order"));
  EXPECT_THAT(Wrong({{5, gain, CurveShape::kStep, 0}, {6, gain, CurveShape::kExponential, 1}}),
              HasSubstr("through zero"));
  EXPECT_THAT(Wrong({{5, gain, CurveShape::kStep, -1}, {6, gain, CurveShape::kExponential, 1}}),
              HasSubstr("through zero"));
  EXPECT_STREQ(Wrong({{5, gain, CurveShape::kExponential, 0},
                      {6, gain, CurveShape::kLinear, -1},
                      {7, gain, CurveShape::kExponential, -9}}),
               "");
}

TEST(AutomationTest, BytesThatAreNoStateAreRefused) {
  Player player(Cutoff());
  player.sets = {{kStart + 30'001, Index("cutoff"), 777}};
  player.PlayTo(kStart + 30'048);
  std::array<std::uint8_t, 64> bytes{};
  ByteWriter writer(bytes);
  player.automation.Snapshot(writer);
  const std::size_t size = writer.size();
  constexpr std::size_t kLane = 1 + session::kSegmentBytes;
  ASSERT_EQ(size, kLane + 7);
  const auto restores = [&](std::size_t at, std::uint8_t value, std::size_t left) {
    std::array<std::uint8_t, 64> bad = bytes;
    bad[at] = value;
    ByteReader reader({bad.data(), left});
    Player other(Cutoff());
    return other.automation.Restore(reader);
  };
  EXPECT_TRUE(restores(63, 0, size));
  for (std::size_t left = 0; left < size; ++left) EXPECT_FALSE(restores(63, 0, left)) << left;
  EXPECT_FALSE(restores(0, 2, size)) << "started";
  EXPECT_FALSE(restores(kLane, 6, size)) << "points passed, of five";
  EXPECT_FALSE(restores(kLane + 2, 2, size)) << "held, but never sent";
  EXPECT_FALSE(restores(kLane + 2, 7, size)) << "flags";
  EXPECT_FALSE(restores(kLane + 6, 0x7f, size)) << "a value out of its range";
}

}  // namespace
}  // namespace continuo::dsp
