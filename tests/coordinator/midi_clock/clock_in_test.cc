// SPDX-License-Identifier: Apache-2.0
#include "coordinator/midi_clock/clock_in.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace continuo::coordinator::midi_clock {
namespace {

constexpr Nanoseconds kSecond = 1'000'000'000;

/// Somebody's clock. What comes is late by jitter, between -j and j.
class Master {
 public:
  explicit Master(double bpm, double jitter_ms = 0, std::uint32_t seed = 1)
      : bpm_(bpm), jitter_ms_(jitter_ms), random_(seed) {}

  void Go(double bpm) { bpm_ = bpm; }
  /// Arrivals are rounded down to that many ms.
  void Step(double ms) { step_ms_ = ms; }
  /// Each clock is lost with that probability.
  void Lose(double share) { lost_ = share; }

  /// All tempi that were wished in so many seconds.
  std::vector<double> Run(ClockIn& in, double seconds, std::uint32_t show_mbpm) {
    std::vector<double> wished;
    for (const double end = at_ms_ + seconds * 1e3; at_ms_ < end; at_ms_ += 2'500 / bpm_) {
      if (Random() < lost_) continue;
      double came = at_ms_ + jitter_ms_ * (2 * Random() - 1);
      if (step_ms_ > 0) came = std::floor(came / step_ms_) * step_ms_;
      in.Take({.kind = Midi::kClock}, kSecond + static_cast<Nanoseconds>(came * 1e6));
      if (const auto tempo = in.Decide(show_mbpm).tempo_mbpm) wished.push_back(*tempo / 1e3);
    }
    return wished;
  }
  void Pause(double seconds) { at_ms_ += seconds * 1e3; }

 private:
  double Random() {
    random_ = random_ * 1'664'525U + 1'013'904'223U;
    return (random_ >> 8) / 16'777'216.0;
  }
  double bpm_, jitter_ms_;
  std::uint32_t random_;
  double step_ms_ = 0, lost_ = 0, at_ms_ = 0;
};

TEST(MidiClockIn, ACleanTempoIsWishedOnceToAThousandth) {
  for (const double bpm : {120.0, 97.5, 133.333, 10.5, 998.7}) {
    ClockIn in;
    const auto wished = Master(bpm).Run(in, 60, 110'000);
    ASSERT_EQ(wished.size(), 1U) << bpm;
    EXPECT_NEAR(wished[0], bpm, 0.001);
  }
  ClockIn in;
  EXPECT_TRUE(Master(120).Run(in, 60, 120'000).empty()) << "the show has it";
}

TEST(MidiClockIn, JitterMovesNothing) {
  int round = 0;
  for (std::uint32_t seed = 1; seed <= 50; ++seed) {
    ClockIn in;
    const double bpm = 60 + 2.0 * seed;
    const auto wished = Master(bpm, 1, seed).Run(in, 60, 50'000);
    ASSERT_EQ(wished.size(), 1U) << bpm;
    EXPECT_NEAR(wished[0], bpm, bpm * 0.001);
    round += wished[0] == bpm ? 1 : 0;
    ClockIn steps;
    Master usb(bpm, 0, seed);
    usb.Step(1);
    const auto of_steps = usb.Run(steps, 60, 50'000);
    ASSERT_GE(of_steps.size(), 1U) << bpm;
    EXPECT_LE(of_steps.size(), 2U) << bpm;
    EXPECT_NEAR(of_steps.back(), bpm, bpm * 0.001);
  }
  EXPECT_GT(round, 40) << "what is round is taken as that";
}

TEST(MidiClockIn, AJumpIsWishedOnceTwoQuarterNotesLater) {
  for (const double jitter : {0.0, 1.0}) {
    for (const double bpm : {130.0, 126.0, 240.0, 60.0, 61.0, 30.0}) {
      ClockIn in;
      Master master(120, jitter);
      EXPECT_TRUE(master.Run(in, 5, 120'000).empty());
      master.Go(bpm);
      const auto wished = master.Run(in, 20, 120'000);
      ASSERT_EQ(wished.size(), 1U) << bpm << " with jitter of " << jitter;
      EXPECT_NEAR(wished[0], bpm, bpm * 0.001);
    }
  }
}

TEST(MidiClockIn, WhatIsLostIsCounted) {
  ClockIn in;
  Master master(120, 0.2);
  EXPECT_TRUE(master.Run(in, 5, 120'000).empty());
  master.Lose(0.05);
  EXPECT_TRUE(master.Run(in, 60, 120'000).empty());
  master.Lose(0);
  for (const double gap : {0.09, 0.4, 0.97, 5.0}) {
    master.Pause(gap);
    EXPECT_TRUE(master.Run(in, 5, 120'000).empty()) << gap;
  }
}

TEST(MidiClockIn, TheShowsOwnTempoHoldsWhileTheClockGoesAsItDid) {
  ClockIn in;
  Master master(120);
  EXPECT_EQ(master.Run(in, 5, 100'000), std::vector{120.0});
  EXPECT_TRUE(master.Run(in, 5, 100'000).empty()) << "what was refused is not asked again";
  EXPECT_TRUE(master.Run(in, 5, 90'000).empty());
  master.Go(121);
  EXPECT_EQ(master.Run(in, 5, 90'000), std::vector{121.0});
}

TEST(MidiClockIn, StartsAndStopsAndPlacesAreWishes) {
  ClockIn in;
  in.Take({.kind = Midi::kStart}, 1);
  Wish wish = in.Decide(120'000);
  EXPECT_EQ(wish.locate, 0);
  EXPECT_EQ(wish.roll, true);
  EXPECT_FALSE(in.Decide(120'000).roll) << "once";
  in.Take({.kind = Midi::kSongPosition, .sixteenths = 5}, 2);
  EXPECT_FALSE(in.Decide(120'000).locate) << "it rolls";
  EXPECT_EQ(in.passed_over(), 1U);
  in.Take({.kind = Midi::kStop}, 3);
  wish = in.Decide(120'000);
  EXPECT_EQ(wish.roll, false);
  EXPECT_FALSE(wish.locate);
  in.Take({.kind = Midi::kSongPosition, .sixteenths = 7}, 4);
  in.Take({.kind = Midi::kSongPosition, .sixteenths = 9}, 5);
  in.Take({.kind = Midi::kContinue}, 6);
  wish = in.Decide(120'000);
  EXPECT_EQ(wish.locate, 9) << "the last of several";
  EXPECT_EQ(wish.roll, true);
}

}  // namespace
}  // namespace continuo::coordinator::midi_clock
