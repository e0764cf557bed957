// SPDX-License-Identifier: Apache-2.0
// Servos on crystals that drift and wander, in true time: what they promise, measured.
#include "proto/clock/servo.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "dsp/base/random.h"

namespace continuo::clock {
namespace {

constexpr Nanoseconds kMs = 1'000'000;
constexpr Nanoseconds kPoll = 100 * kMs;
constexpr Nanoseconds kToday = 1'790'000'000 * kSecond;
constexpr ClockIdentity kA = 0xa, kB = 0xb;
/// Half a sample.
constexpr double kHalfSampleNs = 10'416;

/// A clock whose rate is known to nobody, and wanders.
struct Crystal {
  std::uint64_t seed = 0;
  double ppb = 0;
  double wander_ppb = 0;  ///< of each poll, a random walk
  Nanoseconds shown = 0;
  double rest = 0;

  double Noise(std::uint32_t channel, std::int64_t i) const {
    return static_cast<double>(RandomBits(seed, channel, i) % 2'000'001) / 1e6 - 1;
  }
  void Run(Nanoseconds t, std::int64_t i) {
    ppb += wander_ppb * Noise(1, i);
    rest += static_cast<double>(t) * ppb / 1e9;
    const auto whole = static_cast<Nanoseconds>(std::floor(rest));
    rest -= static_cast<double>(whole);
    shown += t + whole;
  }
};

/// A node and two grandmasters; one of them is heard.
class World {
 public:
  World(std::uint64_t seed, double ppb, double noise_ns, double wander_ppb = 0)
      : noise_ns_(noise_ns),
        local_{seed, ppb, wander_ppb, 500 * kSecond},
        a_{seed + 1, 0, 0, kToday},
        b_{seed + 2, 20'000, 0, kToday - 300 * kMs},
        servo_({local_.shown, kToday + 123 * kMs, 0}) {}

  Servo& servo() { return servo_; }
  void Hear(ClockIdentity grandmaster) { heard_ = grandmaster; }
  void Begin() {
    servo_.Add(FirstEntry(kA));
    Hear(kA);
  }
  void StepA(Nanoseconds by) { a_.shown += by; }
  /// The operator's clock is what readings come from; he sets it, and ptp4l sets it back within a second.
  void StepReadings(Nanoseconds by) { stepped_ = by; }
  void StopMeasuring(bool stop) { measures_ = !stop; }

  void Run(Nanoseconds t, const std::function<void()>& look = {}) {
    for (Nanoseconds end = now_ + t; now_ < end;) {
      now_ += kPoll;
      ++polls_;
      for (Crystal* crystal : {&local_, &a_, &b_}) crystal->Run(kPoll, polls_);
      const Line before = servo_.line();
      Reading reading{.local = local_.shown, .usable = heard_ != 0};
      reading.grandmaster = heard_;
      reading.ptp = (heard_ == kB ? b_.shown : a_.shown) + stepped_ +
                    static_cast<Nanoseconds>(noise_ns_ * local_.Noise(2, polls_));
      reading.fresh = measures_;
      servo_.Take(reading);
      CheckContinuous(before);
      if (look) look();
    }
  }
  /// Stage time less the time of the first grandmaster.
  double Error() const { return static_cast<double>(servo_.line().At(local_.shown) - a_.shown); }
  Nanoseconds Stage() const { return servo_.line().At(local_.shown); }
  Nanoseconds Local() const { return local_.shown; }
  double WorstOver(Nanoseconds t) {
    double worst = 0;
    Run(t, [&] { worst = std::max(worst, std::fabs(Error())); });
    return worst;
  }
  bool AddAgreed(std::uint32_t before) {
    const auto candidate = servo_.candidate();
    return candidate && servo_.Add(NextEntry(before, candidate->grandmaster, candidate->ahead,
                                             SampleAt(Stage()) + 24'000));
  }

 private:
  void CheckContinuous(const Line& before) const {
    const bool locked =
        servo_.state() == LockState::kLocked || servo_.state() == LockState::kHoldover;
    if (locked && was_locked_) {
      const Nanoseconds at = local_.shown;
      EXPECT_LE(std::llabs(servo_.line().At(at) - before.At(at)), 1) << "stepped at " << now_;
      EXPECT_LE(std::llabs(servo_.line().rate_ppb - servo_.drift_ppb()), Servo::kSlewPpb);
    }
    was_locked_ = locked;
  }

  double noise_ns_;
  Crystal local_, a_, b_;
  Servo servo_;
  ClockIdentity heard_ = 0;
  Nanoseconds stepped_ = 0, now_ = 0;
  std::int64_t polls_ = 0;
  bool measures_ = true;
  mutable bool was_locked_ = false;
};

TEST(Servo, LocksWithinFiveSecondsAndStaysWithinAMicrosecondOfAQuietClock) {
  for (const double ppb : {50'000.0, -80'000.0, 0.0, 200'000.0}) {
    World world(7, ppb, 300, 1);
    world.Begin();
    world.Run(5 * kSecond);
    EXPECT_EQ(world.servo().state(), LockState::kLocked);
    world.Run(15 * kSecond);
    EXPECT_LT(world.WorstOver(300 * kSecond), 1'000) << ppb;
    EXPECT_NEAR(static_cast<double>(world.servo().drift_ppb()), -ppb, 400 + std::fabs(ppb) / 1000);
  }
}

TEST(Servo, NoiseOfReadingsIsAveraged) {
  World world(11, 50'000, 10'000);
  world.Begin();
  world.Run(30 * kSecond);
  EXPECT_LT(world.WorstOver(300 * kSecond), 6'000) << "of readings that are 10 us off";
}

/// Readings are off by so much, either way; how long it takes to lock, and how far off it is at worst from then on.
struct Jitter {
  double noise_ns;
  Nanoseconds locked_within;
  double worst_ns;
};

TEST(Servo, LocksAlsoWhereTheNetworkJitters) {
  for (const Jitter& jitter :
       {Jitter{50'000, 15 * kSecond, 25'000}, Jitter{300'000, 30 * kSecond, 150'000}}) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      World world(seed * 10, seed % 2 == 0 ? 50'000 : -80'000, jitter.noise_ns, 1);
      world.Begin();
      world.Run(jitter.locked_within);
      ASSERT_EQ(world.servo().state(), LockState::kLocked) << jitter.noise_ns << " " << seed;
      EXPECT_LT(world.WorstOver(120 * kSecond), jitter.worst_ns) << jitter.noise_ns << " " << seed;
      world.Run(60 * kSecond);
      EXPECT_LT(world.WorstOver(60 * kSecond), jitter.worst_ns * 3 / 5) << jitter.noise_ns;
      EXPECT_EQ(world.servo().state(), LockState::kLocked);
    }
  }
}

TEST(Servo, WhereTheNetworkJittersAnEntryIsMadeOfTheMean) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    World world(seed * 10, 50'000, 50'000);
    world.Hear(kA);
    world.Run(10 * kSecond);
    EXPECT_TRUE(world.servo().candidate()) << seed;
    world.Begin();
    world.Run(30 * kSecond);
    world.Hear(kB);
    world.Run(3 * kSecond);
    const double before = world.Error();
    ASSERT_TRUE(world.AddAgreed(1)) << seed;
    world.Run(10 * kSecond);
    EXPECT_EQ(world.servo().state(), LockState::kLocked);
    EXPECT_NEAR(world.Error() - before, 20'000 * 10, 150'000) << seed;
  }
}

TEST(Servo, WhatIsSmallIsSlewedWithinTheRateLimit) {
  World world(3, 50'000, 100);
  world.Begin();
  world.Run(20 * kSecond);
  world.StepA(400'000);
  Nanoseconds stage = world.Stage(), local = world.Local();
  world.Run(8 * kSecond, [&] {
    const Nanoseconds ran = world.Stage() - stage, within = world.Local() - local;
    const std::int64_t ppb = (ran - within) * 1'000 / (within / kMs);
    EXPECT_LT(std::llabs(ppb + 50'000), Servo::kSlewPpb + 8'000);
    stage = world.Stage();
    local = world.Local();
  });
  EXPECT_GT(std::fabs(world.Error()), 20'000) << "50 us in a second, not more";
  world.Run(40 * kSecond);
  EXPECT_LT(std::fabs(world.Error()), 2'000);
}

TEST(Servo, AnotherGrandmasterIsNotChased) {
  World world(5, -80'000, 300);
  world.Begin();
  world.Run(30 * kSecond);
  world.Hear(kB);
  EXPECT_LT(world.WorstOver(3 * kSecond), 2'000) << "holdover";
  EXPECT_EQ(world.servo().state(), LockState::kHoldover);
  ASSERT_TRUE(world.AddAgreed(1));
  world.Run(3 * kSecond);
  EXPECT_EQ(world.servo().state(), LockState::kLocked);
  // The new one runs 20 ppm faster: stage time goes with it, sample for sample, 300 ms ahead of what it shows.
  const double before = world.Error();
  world.Run(50 * kSecond);
  EXPECT_NEAR(world.Error() - before, 20'000 * 50, 3'000);
}

/// Two nodes hear another grandmaster, and get an entry for it half a second before it holds; how far apart they are at
/// worst from then on. Meanwhile something happens to one of them, at one reading.
double WorstApart(std::uint64_t seed, const std::function<void(World&)>& what) {
  World one(seed, -80'000, 300), two(seed + 85, 50'000, 300);
  for (World* world : {&one, &two}) {
    world->Begin();
    world->Run(30 * kSecond);
    world->Hear(kB);
    world->Run(2 * kSecond);
  }
  const auto agreed = one.servo().candidate();
  EXPECT_TRUE(agreed);
  const MapEntry entry = NextEntry(1, kB, agreed->ahead, SampleAt(one.Stage()) + 24'000);
  for (World* world : {&one, &two}) EXPECT_TRUE(world->servo().Add(entry));
  one.Run(3 * kPoll);
  two.Run(2 * kPoll);
  what(two);
  double worst = 0;
  for (int i = 0; i < 600; ++i) {
    one.Run(kPoll);
    two.Run(kPoll);
    worst = std::max(worst, std::fabs(one.Error() - two.Error()));
  }
  return worst;
}

TEST(Servo, TwoNodesStayTogetherThroughAChangeOfGrandmaster) {
  EXPECT_LT(WorstApart(5, [](World& world) { world.Run(kPoll); }), kHalfSampleNs / 2);
}

TEST(Servo, AReadingThatIsOffDoesNotHideHowFastAnotherGrandmasterRuns) {
  for (const Nanoseconds off : {12'000, -30'000, 60'000}) {
    EXPECT_LT(WorstApart(5,
                         [&](World& world) {
                           world.StepReadings(off);
                           world.Run(kPoll);
                           world.StepReadings(0);
                         }),
              2 * kHalfSampleNs)
        << off;
  }
}

TEST(Servo, WhoHasJustHeardOfAnotherGrandmasterStaysTogetherToo) {
  EXPECT_LT(WorstApart(5,
                       [](World& world) {
                         world.Hear(0);
                         world.Run(kPoll);
                         world.Hear(kB);
                       }),
            kHalfSampleNs);
}

TEST(Servo, AGrandmasterThatIsSetTakesAnEntryToo) {
  World world(5, 50'000, 300);
  world.Begin();
  world.Run(30 * kSecond);
  world.StepA(300 * kMs);
  world.Run(3 * kSecond);
  EXPECT_EQ(world.servo().state(), LockState::kHoldover);
  EXPECT_NEAR(world.Error(), -300e6, 3'000) << "stage time went on";
  ASSERT_TRUE(world.AddAgreed(1));
  world.Run(20 * kSecond);
  EXPECT_EQ(world.servo().state(), LockState::kLocked);
  EXPECT_NEAR(world.Error(), -300e6, 3'000);
}

TEST(Servo, AnOperatorWhoSetsTheClockChangesNothing) {
  World world(5, 50'000, 300);
  world.Begin();
  world.Run(30 * kSecond);
  world.StepReadings(3'600 * kSecond);
  EXPECT_LT(world.WorstOver(1'500 * kMs), 2'000) << "until ptp4l has set it back";
  world.StepReadings(0);
  EXPECT_LT(world.WorstOver(30 * kSecond), 2'000);
  EXPECT_EQ(world.servo().state(), LockState::kLocked);
}

TEST(Servo, AFewReadingsThatAreOffAreNotBelieved) {
  World world(5, 50'000, 300);
  world.Begin();
  world.Run(30 * kSecond);
  for (int i = 0; i < 20; ++i) {
    world.StepReadings(700'000);  // the thread that reads was kept waiting
    world.Run(3 * kPoll);
    world.StepReadings(0);
    EXPECT_LT(world.WorstOver(kSecond), 2'000);
  }
}

TEST(Servo, AnOffsetThatIsNotMeasuredAnewIsNotFollowed) {
  World world(5, 50'000, 300);
  world.Begin();
  world.Run(30 * kSecond);
  world.StopMeasuring(true);  // its master is dead, its last Sync was off: ptp4l runs after it
  for (int i = 0; i < 20; ++i) {
    world.StepReadings(i * 2'000);
    EXPECT_LT(world.WorstOver(kPoll), 1'000);
    EXPECT_EQ(world.servo().state(), LockState::kLocked) << "it is taken for alive";
  }
  world.StepReadings(0);
  world.StopMeasuring(false);
  world.StepReadings(19'000);  // one Sync that is off, and then none
  world.Run(kPoll);
  world.StopMeasuring(true);
  EXPECT_LT(world.WorstOver(2 * kSecond), 8'000) << "what was to be slewed away is";
  world.StepReadings(0);
  world.StopMeasuring(false);
  world.Run(10 * kSecond);
  EXPECT_LT(world.WorstOver(10 * kSecond), 1'000);
}

TEST(Servo, HoldsOverForAMinuteAndKnowsHowFarItIsOff) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    World world(seed * 10, seed % 2 == 0 ? 50'000 : -80'000, 500, 1);
    world.Begin();
    world.Run(60 * kSecond);
    world.Hear(0);
    double worst = 0;
    world.Run(60 * kSecond, [&] {
      EXPECT_LT(std::fabs(world.Error()),
                static_cast<double>(world.servo().ErrorAt(world.Local())));
      worst = std::max(worst, std::fabs(world.Error()));
    });
    EXPECT_EQ(world.servo().state(), LockState::kHoldover);
    EXPECT_LT(worst, 2 * kHalfSampleNs) << seed << ": within a sample";
    EXPECT_LT(world.servo().ErrorAt(world.Local()), 60'000) << "an estimate that says something";
    world.Hear(kA);
    world.Run(kSecond);
    EXPECT_EQ(world.servo().state(), LockState::kLocked);
  }
}

TEST(Servo, AcquiresWhenTheClockHasComeToRest) {
  World world(5, 50'000, 300);
  world.Begin();
  for (int i = 0; i < 15; ++i) {  // ptp4l pulls it in, by 200 ppm at first
    world.StepA(20'000);
    world.Run(kPoll);
  }
  world.Run(3 * kSecond);
  EXPECT_EQ(world.servo().state(), LockState::kLocked);
  EXPECT_NEAR(static_cast<double>(world.servo().drift_ppb()), -50'000, 5'000);
}

TEST(Servo, WhoIsAloneWithBeingOffFindsBack) {
  World world(5, 50'000, 300);
  world.Begin();
  world.Run(30 * kSecond);
  world.StepA(3 * kMs);
  world.Run(8 * kSecond);
  EXPECT_EQ(world.servo().state(), LockState::kHoldover) << "there could be an entry for it";
  EXPECT_NEAR(world.Error(), -3e6, 5'000);
  world.Run(100 * kSecond);
  EXPECT_EQ(world.servo().state(), LockState::kLocked);
  world.Run(30 * kSecond);
  EXPECT_LT(std::fabs(world.Error()), 2'000);
}

TEST(Servo, IsFreeToJumpUntilItHasAcquired) {
  World world(5, 50'000, 300);
  world.Hear(kA);
  world.Run(3 * kSecond);
  EXPECT_EQ(world.servo().state(), LockState::kFree) << "the map says nothing of this clock";
  const auto candidate = world.servo().candidate();
  ASSERT_TRUE(candidate);
  EXPECT_EQ(candidate->grandmaster, kA);
  EXPECT_NEAR(static_cast<double>(candidate->ahead), 123e6, 1e6);
  ASSERT_TRUE(world.servo().Add(FirstEntry(kA)));
  world.Run(kPoll);
  EXPECT_EQ(world.servo().state(), LockState::kAcquiring);
  EXPECT_LT(std::fabs(world.Error()), 1'000);
}

TEST(Servo, AClockThatIsFarFromItsMasterIsNotFollowed) {
  Servo servo({0, kToday, 0});
  servo.Add(FirstEntry(kA));
  for (int i = 0; i < 50; ++i) {
    servo.Take({.local = i * kPoll,
                .ptp = kToday + i * kPoll,
                .grandmaster = kA,
                .offset = -2 * kMs,
                .usable = true});
  }
  EXPECT_EQ(servo.state(), LockState::kFree);
}

}  // namespace
}  // namespace continuo::clock
