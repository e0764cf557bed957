// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/devices/device_feed.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <numbers>
#include <vector>

#include "support/stretches.h"

namespace continuo::agent {
namespace {

using Sound = std::vector<float>;
constexpr int kDelay = OutputGuard::kDelay;

/// A cluster that plays and a device that pulls, each on a clock of its own, in virtual time.
class DeviceFeedTest : public testing::Test {
 protected:
  static constexpr MediaTime kFirst = 1'000'000;

  void Begin(int period, Frames margin = 192, int quantum = 48, bool prompt = false) {
    period_ = period;
    quantum_ = quantum;
    ring_ = std::make_shared<handoff::DeviceRing>(1, kSampleRate);
    feed_ = std::make_unique<DeviceFeed>(ring_, margin, prompt);
    ring_->StartAt(kFirst);
    take_.clear();
    heard_.clear();
    now_ = next_play_ = 0;
    next_pull_ = 7;
  }

  /// Sample i of the take. The noise is such that no stretch of it comes twice.
  virtual float At(std::size_t i) const {
    const std::uint32_t mixed = static_cast<std::uint32_t>(i) * 2654435761u;
    return static_cast<float>((mixed ^ mixed >> 15) % 30011u) / 16000.0f - 0.93784f;
  }

  void Play() {
    Sound block(static_cast<std::size_t>(quantum_));
    for (float& x : block) {
      x = At(take_.size());
      take_.push_back(x);
    }
    ring_->Write(block);
  }

  void Pull() {
    heard_.resize(heard_.size() + static_cast<std::size_t>(period_));
    const std::array<float*, 1> out = {heard_.data() + heard_.size() - period_};
    feed_->Pull(out, period_);
  }

  /// What the cluster was late with comes at once.
  void CatchUp() {
    while (static_cast<double>(take_.size()) < next_play_) Play();
  }

  /// For so long; the device is faster by `ppm` than the cluster. Whoever is idle does nothing.
  void Run(double seconds, double ppm = 0, bool cluster = true, bool device = true) {
    const double end = now_ + seconds * kSampleRate;
    const double period = period_ / (1 + ppm * 1e-6);
    while (now_ < end) {
      now_ = std::min(next_play_, next_pull_);
      if (next_play_ <= next_pull_) {
        if (cluster) Play();
        next_play_ += quantum_;
      } else {
        if (device) Pull();
        next_pull_ += period;
      }
    }
  }

  std::vector<Stretch> Pieces() const { return Stretches(heard_, take_, 1).all(); }
  const DeviceFeed::Counts& counts() const { return feed_->counts(); }

  int period_ = 0, quantum_ = 0;
  std::shared_ptr<handoff::DeviceRing> ring_;
  std::unique_ptr<DeviceFeed> feed_;
  Sound take_, heard_;
  double now_ = 0, next_play_ = 0, next_pull_ = 7;
};

TEST_F(DeviceFeedTest, DeviceGetsTheTakeBitForBitFromItsFirstSampleOn) {
  for (const int quantum : {6, 48, 96}) {
    for (const int period : {16, 64, 100, 128, 1024, 4096}) {
      Begin(period, 192, quantum);
      Run(1);
      const std::vector<Stretch> stretches = Pieces();
      ASSERT_EQ(stretches.size(), 1u) << quantum << " " << period;
      // A loud first sample is faded in; all that follows is the take.
      EXPECT_EQ(stretches[0].take, static_cast<std::size_t>(std::min(period, 64)));
      EXPECT_EQ(stretches[0].heard + stretches[0].length, heard_.size());
      EXPECT_EQ(counts().starved, 0u);
      EXPECT_EQ(counts().slips, 0u);
      EXPECT_EQ(counts().guard, OutputGuard::Counts{});
    }
  }
}

TEST_F(DeviceFeedTest, WhatIsInHandIsTheMarginAndLessThanAPeriod) {
  Begin(128, 192);
  Run(5);
  const Frames late = ring_->end() - counts().next_n - kDelay;
  EXPECT_GE(late, 192 - 48);
  EXPECT_LE(late, 192 + 2 * 128 + 48);
}

TEST_F(DeviceFeedTest, ClocksThatDriftApartCostSlipsAndNothingElse) {
  for (const double ppm : {-900.0, 900.0}) {
    Begin(128);
    Run(12, ppm);
    EXPECT_EQ(counts().starved, 0u);
    EXPECT_GT(counts().slips, 1u);
    EXPECT_LT(counts().slips, 10u);
    const double drifted = -ppm * 1e-6 * 12 * kSampleRate;  // 518 samples
    EXPECT_NEAR(static_cast<double>(counts().skipped - counts().repeated), drifted, 300);
    const std::vector<Stretch> stretches = Pieces();
    ASSERT_EQ(stretches.size(), counts().slips + 1);
    Frames moved = 0;
    for (std::size_t i = 1; i < stretches.size(); ++i) {
      const Stretch& before = stretches[i - 1];
      const Stretch& after = stretches[i];
      const std::size_t between = after.heard - before.heard - before.length;
      EXPECT_LE(between, static_cast<std::size_t>(DeviceFeed::kFade)) << "only the crossfade";
      moved += static_cast<Frames>(after.take - after.heard) -
               static_cast<Frames>(before.take - before.heard);
    }
    EXPECT_EQ(moved, counts().skipped - counts().repeated) << "what is told is what is heard";
  }
}

TEST_F(DeviceFeedTest, WhenTheClusterIsLateItGoesOnWithTheVeryNextSample) {
  Begin(128);
  Run(1);
  Run(0.05, 0, false);
  Run(1);
  EXPECT_EQ(counts().starved, 1u);
  EXPECT_EQ(counts().skipped, 0);
  const std::vector<Stretch> stretches = Pieces();
  ASSERT_EQ(stretches.size(), 2u);
  const std::size_t left = stretches[0].take + stretches[0].length;
  EXPECT_GE(stretches[1].take, left);
  EXPECT_LE(stretches[1].take - left, 64u) << "but for the fade";
}

TEST_F(DeviceFeedTest, ClusterThatCatchesUpDoesNotLeaveTheDeviceBehind) {
  Begin(128);
  Run(1);
  Run(0.05, 0, false);
  for (int i = 0; i < 50; ++i) Play();
  Run(3);
  EXPECT_LE(ring_->end() - counts().next_n - kDelay, 192 + 96 + 2 * 128 + 48);
}

TEST_F(DeviceFeedTest, APromptFeedLeavesOutWhatIsLateAndKeepsItsPlace) {
  Begin(64, 0, 64, true);
  Run(1);
  const Frames before = ring_->end() - counts().next_n;
  for (int i = 0; i < 5; ++i) {
    Run(0.003, 0, false);
    CatchUp();
    Run(1);
    EXPECT_EQ(ring_->end() - counts().next_n, before) << "heard no later than before";
  }
  EXPECT_GE(counts().starved, 5u);
  EXPECT_EQ(counts().skipped, static_cast<Frames>(counts().starved) * 64);
  EXPECT_EQ(counts().slips, 0u);
  const std::vector<Stretch> stretches = Pieces();
  ASSERT_EQ(stretches.size(), 6u);
  for (const Stretch& stretch : stretches) {
    EXPECT_EQ(stretch.take - stretch.heard, stretches[0].take - stretches[0].heard);
  }
}

TEST_F(DeviceFeedTest, APromptFeedThatStarvesAgainAndAgainFallsBackByAPeriod) {
  Begin(64, 0, 64, true);
  Run(1);
  const auto take_late = [this](double seconds) {
    for (double i = 0; i < seconds; i += 0.02) {
      Run(0.0014, 0, false);  // each fifteenth block comes with the next
      CatchUp();
      Run(0.0186);
    }
  };
  take_late(1.5);
  EXPECT_EQ(counts().slips, 1u);
  EXPECT_EQ(counts().repeated, 64);
  const std::uint64_t starved = counts().starved;
  take_late(5);
  EXPECT_EQ(counts().starved, starved);
  EXPECT_EQ(counts().slips, 1u);
}

TEST_F(DeviceFeedTest, APromptFeedKeepsItsMarginWhereClocksDriftApart) {
  for (const double ppm : {-900.0, 900.0}) {
    Begin(64, 192, 64, true);
    Run(12, ppm);
    EXPECT_EQ(counts().starved, 0u);
    EXPECT_GT(counts().slips, 1u);
    EXPECT_LT(counts().slips, 10u);
    EXPECT_GE(ring_->end() - counts().next_n, 48);
    EXPECT_LE(ring_->end() - counts().next_n, 192 + 3 * 64);
  }
}

TEST_F(DeviceFeedTest, APromptFeedFollowsAClusterThatBecomesQuicker) {
  Begin(64, 62, 64, true);
  Run(2);
  for (int i = 0; i < 3; ++i) Play();
  Run(3);
  EXPECT_LE(ring_->end() - counts().next_n, 62 + 2 * 64);
  EXPECT_EQ(counts().slips, 1u);
  EXPECT_EQ(counts().starved, 0u);
}

TEST_F(DeviceFeedTest, APromptFeedWhoseClusterIsLateForGoodBeginsAnew) {
  Begin(64, 0, 64, true);
  Run(1);
  Run(0.05, 0, false);
  Run(2);
  EXPECT_EQ(counts().starved, static_cast<std::uint64_t>(DeviceFeed::kPatience));
  EXPECT_TRUE(counts().playing);
  EXPECT_EQ(Pieces().size(), 2u);
}

TEST_F(DeviceFeedTest, DeviceThatLostTimeIsBackInItsPlaceAtOnce) {
  Begin(128);
  Run(1);
  const Frames before = ring_->end() - counts().next_n;
  Run(0.02, 0, true, false);
  feed_->LostTime();
  Run(0.01);
  EXPECT_EQ(counts().slips, 1u);
  EXPECT_NEAR(static_cast<double>(counts().skipped), 960, 300);
  EXPECT_NEAR(static_cast<double>(ring_->end() - counts().next_n), static_cast<double>(before),
              200);
  EXPECT_EQ(counts().starved, 0u);
}

TEST_F(DeviceFeedTest, DeviceThatStoodStillForLongBeginsAnewWithWhatIsPlayedNow) {
  Begin(128);
  Run(1);
  Run(5, 0, true, false);
  Run(1);
  EXPECT_TRUE(counts().playing);
  EXPECT_LE(ring_->end() - counts().next_n - kDelay, 192 + 96 + 2 * 128 + 48);
  EXPECT_EQ(Pieces().size(), 2u);
}

TEST_F(DeviceFeedTest, DeviceThatComesLateBeginsWithWhatIsPlayedNow) {
  Begin(128);
  Run(5, 0, true, false);
  Run(1);
  EXPECT_LE(ring_->end() - counts().next_n - kDelay, 192 + 96 + 2 * 128 + 48);
  EXPECT_EQ(counts().skipped, 0) << "it had nothing before";
}

TEST_F(DeviceFeedTest, ShowIsPlayedToItsLastSampleAndThenThereIsSilence) {
  Begin(128);
  Run(1);
  ring_->Finish();
  Run(0.1, 0, false);
  const std::vector<Stretch> stretches = Pieces();
  ASSERT_EQ(stretches.size(), 1u);
  EXPECT_EQ(stretches[0].take + stretches[0].length, take_.size());
  EXPECT_EQ(heard_.back(), 0.0f);
  EXPECT_EQ(counts().starved, 0u);
  EXPECT_FALSE(counts().playing);
}

TEST_F(DeviceFeedTest, BeforeTheShowThereIsSilence) {
  period_ = 64;
  quantum_ = 48;
  ring_ = std::make_shared<handoff::DeviceRing>(1, kSampleRate);
  feed_ = std::make_unique<DeviceFeed>(ring_, 192);
  Run(0.1, 0, false);
  EXPECT_EQ(std::count(heard_.begin(), heard_.end(), 0.0f),
            static_cast<std::ptrdiff_t>(heard_.size()));
  EXPECT_EQ(counts().starved, 0u);
  EXPECT_EQ(counts().next_n, handoff::DeviceRing::kNotStarted);
}

/// The same with a tone: whatever happens, nothing is a step.
class DeviceFeedToneTest : public DeviceFeedTest {
 protected:
  float At(std::size_t i) const override {
    return static_cast<float>(
        0.8 * std::cos(2 * std::numbers::pi * 110 * static_cast<double>(i) / kSampleRate));
  }
  /// Of the tone itself, and 0.8 up or down within kFade samples (a slip: from 0.8 to -0.8).
  static constexpr double kAllowed = 0.8 * 2 * std::numbers::pi * 110 / kSampleRate + 1.6 / 64;
  /// What begins is faded in within a period, if that is shorter.
  void ExpectNoStep() const {
    const double more = std::max(0.0, 0.8 / period_ - 0.8 / 64);
    for (std::size_t i = 1; i < heard_.size(); ++i) {
      ASSERT_LE(std::fabs(heard_[i] - heard_[i - 1]), kAllowed + more + 1e-4) << i;
    }
  }
};

TEST_F(DeviceFeedToneTest, NoBeginningNoEndAndNoSlipIsAStep) {
  Begin(128);
  Run(1);
  Run(0.03, 0, false);  // starves
  Run(1);
  Run(0.02, 0, true, false);  // the device loses time
  feed_->LostTime();
  Run(1);
  Run(12, 1000);  // drifts
  EXPECT_GT(counts().slips, 1u);
  EXPECT_EQ(counts().starved, 1u);
  ExpectNoStep();
}

TEST_F(DeviceFeedToneTest, WhereAPromptFeedLeavesSomethingOutThereIsNoStep) {
  for (const int period : {16, 32, 100}) {
    Begin(period, 0, 48, true);
    Run(1);
    for (int i = 1; i < 12; ++i) {
      Run(i * 0.001, 0, false);
      CatchUp();
      Run(0.05 * i);
    }
    EXPECT_GT(counts().starved, 10u);
    ExpectNoStep();
  }
}

}  // namespace
}  // namespace continuo::agent
