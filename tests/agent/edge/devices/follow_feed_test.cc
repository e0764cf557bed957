// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/devices/follow_feed.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <memory>
#include <numbers>
#include <vector>

#include "agent/edge/devices/tone_fit.h"

namespace continuo::agent {
namespace {

using Sound = std::vector<float>;

struct Tapped final : FollowFeed::Tap {
  void Feed(MediaTime n, std::span<const float> samples) override {
    for (const float x : samples) {
      if (!heard.empty() && n != next) ++breaks;
      heard.push_back(x);
      next = ++n;
      if (heard.size() == 1) first = n - 1;
    }
  }
  Sound heard;
  MediaTime first = 0, next = 0;
  int breaks = 0;
};

/// A cluster that plays a tone and a device that pulls, on a crystal of its own, in virtual time.
class FollowFeedTest : public testing::Test {
 protected:
  static constexpr MediaTime kFirst = 4'000'000'000'001;
  static constexpr int kQuantum = 48;
  static constexpr Frames kBehind = kQuantum + 192;
  static constexpr double kLevel = 0.5;

  void Begin(int period, double hz = 1000, Frames behind = kBehind) {
    period_ = period;
    hz_ = hz;
    ring_ = std::make_shared<handoff::DeviceRing>(1, kSampleRate);
    feed_ = std::make_unique<FollowFeed>(ring_, behind, true, &tap_);
    ring_->StartAt(kFirst);
    take_.clear();
    heard_.clear();
    when_.clear();
    tap_ = {};
    now_ = 0;
    next_play_ = kQuantum;
    next_pull_ = 7.3;
  }
  float At(Frames i) const {
    return static_cast<float>(
        kLevel * std::sin(2 * std::numbers::pi * hz_ * static_cast<double>(i) / kSampleRate));
  }
  void Play() {
    Sound block(static_cast<std::size_t>(kQuantum));
    for (float& x : block) {
      x = At(static_cast<Frames>(take_.size()));
      take_.push_back(x);
    }
    ring_->Write(block);
  }
  void Pull() {
    Sound& heard = heard_;
    heard.resize(heard.size() + static_cast<std::size_t>(period_));
    const std::array<float*, 1> out = {heard.data() + heard.size() - period_};
    const double woken = next_pull_ + wakes_.Next(jitter_);
    const double whole = std::floor(woken);
    feed_->Pull(out, period_, {kFirst + static_cast<MediaTime>(whole), woken - whole});
    for (int i = 0; i < period_; ++i) when_.push_back(next_pull_ + i / (1 + ppm_ * 1e-6));
  }
  void Run(double seconds, bool cluster = true, bool device = true) {
    const double end = now_ + seconds * kSampleRate;
    while (now_ < end) {
      now_ = std::min(next_play_, next_pull_);
      if (next_play_ <= next_pull_) {
        if (cluster) Play();
        next_play_ += kQuantum;
      } else {
        if (device) Pull();
        next_pull_ += period_ / (1 + ppm_ * 1e-6);
      }
    }
  }

  /// Of what was heard in the last `seconds`.
  ToneFit::Figures Measure(double seconds) const {
    ToneFit fit(hz_);
    const double behind = static_cast<double>(feed_->behind(period_));
    const auto blocks = static_cast<Frames>(seconds * 10);
    for (Frames b = 0; b < blocks; ++b) {
      const auto from = static_cast<std::ptrdiff_t>(heard_.size()) - (b + 1) * ToneFit::kBlock;
      fit.Add({heard_.begin() + from, heard_.begin() + from + ToneFit::kBlock},
              [&](Frames i) { return when_[static_cast<std::size_t>(from + i)] - behind; });
    }
    return fit.figures();
  }
  const DeviceFeed::Counts& counts() const { return feed_->counts(); }
  /// What went into the resampler is the take, from its first sample on, bit for bit.
  void ExpectTheTakeWentIn() const {
    EXPECT_EQ(tap_.breaks, 0);
    const auto silent = static_cast<std::size_t>(kFirst - tap_.first);
    ASSERT_LT(silent, 4'200u);
    const std::size_t length = std::min(tap_.heard.size() - silent, take_.size());
    EXPECT_GT(length, take_.size() / 2);
    EXPECT_EQ(std::memcmp(tap_.heard.data() + silent, take_.data(), length * sizeof(float)), 0);
  }

  int period_ = 0;
  double hz_ = 0, ppm_ = 0, jitter_ = 0;
  std::shared_ptr<handoff::DeviceRing> ring_;
  Tapped tap_;
  std::unique_ptr<FollowFeed> feed_;
  Sound take_, heard_;
  std::vector<double> when_;  // each sample of heard_ leaves
  double now_ = 0, next_play_ = kQuantum, next_pull_ = 7.3;
  LateWakes wakes_;
};

TEST_F(FollowFeedTest, ToneIsCleanAndInItsPlaceAt200Ppm) {
  for (const double ppm : {-200.0, 200.0}) {
    ppm_ = ppm;
    Begin(64);
    Run(20);
    const ToneFit::Figures figures = Measure(5);
    RecordProperty("thdn_" + std::to_string(static_cast<int>(ppm)), std::to_string(figures.thdn));
    EXPECT_LT(figures.thdn, -125);
    EXPECT_GT(figures.early, -0.02) << "the guard counts in the device's samples";
    EXPECT_LT(figures.late, 0.02);
    EXPECT_EQ(counts().slips, 0u);
    EXPECT_EQ(counts().starved, 0u);
    EXPECT_EQ(counts().guard, OutputGuard::Counts{});
    ExpectTheTakeWentIn();
  }
}

TEST_F(FollowFeedTest, WakeUpsThatComeLateAreNotHeard) {
  ppm_ = 200;
  jitter_ = 2;
  Begin(128);
  Run(25);
  const ToneFit::Figures figures = Measure(10);
  EXPECT_LT(figures.thdn, -110);
  EXPECT_LT(figures.late - figures.early, 0.5);
  EXPECT_EQ(counts().slips, 0u);
  ExpectTheTakeWentIn();
}

TEST_F(FollowFeedTest, AnyPeriodGoesWithAnyDrift) {
  for (const int period : {16, 100, 1024, 4096}) {
    for (const double ppm : {-900.0, 900.0}) {
      ppm_ = ppm;
      Begin(period, 440);
      Run(12);
      EXPECT_EQ(counts().slips, 0u) << period << " " << ppm;
      EXPECT_EQ(counts().starved, 0u) << period << " " << ppm;
      const ToneFit::Figures figures = Measure(1);
      EXPECT_LT(figures.thdn, -100);
      EXPECT_NEAR(figures.late, 0, 1.5) << period << " " << ppm;
      ExpectTheTakeWentIn();
    }
  }
}

TEST_F(FollowFeedTest, WhenTheClusterIsLateItGoesOnInItsPlace) {
  Begin(128, 100);
  Run(15);
  Run(0.05, false);
  for (int i = 0; i < 50; ++i) Play();
  Run(1);
  EXPECT_EQ(counts().starved, 1u);
  EXPECT_NEAR(static_cast<double>(counts().skipped), 2'400, 400);
  const ToneFit::Figures figures = Measure(0.5);
  EXPECT_NEAR(figures.early, 0, 0.05);
  EXPECT_NEAR(figures.late, 0, 0.05);
}

TEST_F(FollowFeedTest, DeviceThatLostTimeIsBackInItsPlaceAtOnce) {
  ppm_ = 100;
  Begin(128, 100);
  Run(15);
  Run(0.02, true, false);
  feed_->LostTime();
  Run(0.6);
  EXPECT_EQ(counts().slips, 1u);
  EXPECT_EQ(counts().starved, 0u);
  EXPECT_NEAR(static_cast<double>(counts().skipped), 960, 130);
  const ToneFit::Figures figures = Measure(0.5);
  EXPECT_NEAR(figures.early, 0, 0.1);
  EXPECT_NEAR(figures.late, 0, 0.1);
  for (std::size_t i = 4'000; i < heard_.size(); ++i) {
    ASSERT_LE(std::fabs(heard_[i] - heard_[i - 1]), 0.03) << "a step at " << i;
  }
}

TEST_F(FollowFeedTest, ShowIsPlayedToItsLastSampleAndThenThereIsSilence) {
  Begin(64);
  Run(1);
  ring_->Finish();
  Run(0.1, false);
  ExpectTheTakeWentIn();
  EXPECT_GE(tap_.next, kFirst + static_cast<MediaTime>(take_.size()));
  EXPECT_EQ(heard_.back(), 0.0f);
  EXPECT_EQ(counts().starved, 0u);
  EXPECT_FALSE(counts().playing);
}

TEST_F(FollowFeedTest, BeforeTheShowThereIsSilence) {
  Begin(64);
  Run(0.003);
  EXPECT_EQ(std::count(heard_.begin(), heard_.end(), 0.0f),
            static_cast<std::ptrdiff_t>(heard_.size()));
  EXPECT_EQ(counts().starved, 0u);
  EXPECT_EQ(counts().next_n, handoff::DeviceRing::kNotStarted);
}

}  // namespace
}  // namespace continuo::agent
