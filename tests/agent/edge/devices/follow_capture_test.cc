// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/devices/follow_capture.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <memory>
#include <numbers>
#include <string>
#include <vector>

#include "agent/edge/devices/tone_fit.h"

namespace continuo::agent {
namespace {

/// A device that hears a tone, on a crystal of its own, in virtual time; what it heard is taken by its date.
class FollowCaptureTest : public testing::Test {
 protected:
  static constexpr MediaTime kFirst = 4'000'000'000'001;
  static constexpr double kLevel = 0.5;

  void Begin(int period, double ppm, double hz = 1000) {
    period_ = period;
    ppm_ = ppm;
    hz_ = hz;
    ring_ = std::make_shared<handoff::LiveRing>(1, 32 * kSampleRate);
    capture_ = std::make_unique<FollowCapture>(ring_);
    at_ = 7.3;
  }
  /// Of media time after kFirst.
  double Tone(double t) const {
    return kLevel * std::sin(2 * std::numbers::pi * hz_ * t / kSampleRate);
  }
  void Run(double seconds) {
    std::vector<float> period(static_cast<std::size_t>(period_));
    const std::array<const float*, 1> in = {period.data()};
    const double step = 1 / (1 + ppm_ * 1e-6);
    for (const double end = at_ + seconds * kSampleRate; at_ < end;) {
      for (float& x : period) {
        x = static_cast<float>(Tone(at_));
        at_ += step;
      }
      const double woken = at_ + wakes_.Next(jitter_);
      const double whole = std::floor(woken);
      capture_->Push(in, period_, {kFirst + static_cast<MediaTime>(whole), woken - whole});
    }
  }
  std::vector<double> Take(MediaTime from, Frames frames) {
    std::vector<float> taken(static_cast<std::size_t>(frames));
    float* const out[] = {taken.data()};
    ring_->Take(from, frames, out);
    return {taken.begin(), taken.end()};
  }

  /// Of what was taken in the last `seconds`.
  ToneFit::Figures Measure(double seconds) {
    ToneFit fit(hz_);
    const auto blocks = static_cast<Frames>(seconds * 10);
    for (Frames b = 0; b < blocks; ++b) {
      const MediaTime from = ring_->end() - (b + 1) * ToneFit::kBlock;
      fit.Add(Take(from, ToneFit::kBlock), [from](Frames i) {
        return static_cast<double>(from + i - FollowCapture::late() - kFirst);
      });
    }
    return fit.figures();
  }

  int period_ = 0;
  double hz_ = 0, ppm_ = 0, jitter_ = 0, at_ = 0;
  LateWakes wakes_;
  std::shared_ptr<handoff::LiveRing> ring_;
  std::unique_ptr<FollowCapture> capture_;
};

TEST_F(FollowCaptureTest, ToneIsCleanAndAtItsDateAt200Ppm) {
  for (const double ppm : {-200.0, 200.0}) {
    Begin(64, ppm);
    Run(20);
    const ToneFit::Figures figures = Measure(5);
    RecordProperty("thdn_" + std::to_string(static_cast<int>(ppm)), std::to_string(figures.thdn));
    EXPECT_LT(figures.thdn, -125);
    EXPECT_GT(figures.early, -0.02);
    EXPECT_LT(figures.late, 0.02);
    EXPECT_EQ(capture_->counts().slips, 0u);
    EXPECT_EQ(capture_->counts().skipped, 0);
    Take(kFirst + 4'800, 18 * kSampleRate);
    EXPECT_EQ(ring_->silent(), 0) << "each date once";
  }
}

TEST_F(FollowCaptureTest, WakeUpsThatComeLateAreNotHeard) {
  jitter_ = 2;
  Begin(128, 200);
  Run(25);
  const ToneFit::Figures figures = Measure(10);
  RecordProperty("thdn", std::to_string(figures.thdn));
  RecordProperty("wobble_us", std::to_string((figures.late - figures.early) * 1e6 / kSampleRate));
  EXPECT_LT(figures.thdn, -110);
  EXPECT_LT(figures.late - figures.early, 0.5);
  EXPECT_EQ(capture_->counts().slips, 0u);
}

TEST_F(FollowCaptureTest, ItLocksWithinSeconds) {
  for (const double ppm : {-200.0, 200.0}) {
    Begin(64, ppm, 440);
    Run(1);
    const ToneFit::Figures soon = Measure(0.8);
    EXPECT_LT(std::max(-soon.early, soon.late), 1.6);
    Run(2.5);
    const ToneFit::Figures then = Measure(0.5);
    EXPECT_LT(std::max(-then.early, then.late), 0.12);
    Run(4);
    const ToneFit::Figures at_last = Measure(0.5);
    RecordProperty("away_after_7_s_" + std::to_string(static_cast<int>(ppm)),
                   std::to_string(std::max(-at_last.early, at_last.late)));
    EXPECT_LT(std::max(-at_last.early, at_last.late), 0.03);
  }
}

TEST_F(FollowCaptureTest, AnyPeriodGoesWithAnyDrift) {
  for (const int period : {16, 100, 1024, 4096}) {
    for (const double ppm : {-900.0, 900.0}) {
      Begin(period, ppm, 440);
      Run(12);
      EXPECT_EQ(capture_->counts().slips, 0u) << period << " " << ppm;
      const ToneFit::Figures figures = Measure(1);
      EXPECT_LT(figures.thdn, -100) << period << " " << ppm;
      EXPECT_NEAR(figures.late, 0, 1.5) << period << " " << ppm;
    }
  }
}

TEST_F(FollowCaptureTest, WhatAnXrunHasTakenIsSilenceAndTheRestIsAtItsDate) {
  Begin(128, 100, 100);
  Run(15);
  const MediaTime before = ring_->end();
  at_ += 960;
  capture_->LostTime();
  Run(0.6);
  EXPECT_EQ(capture_->counts().slips, 1u);
  const ToneFit::Figures figures = Measure(0.4);
  EXPECT_NEAR(figures.early, 0, 0.1);
  EXPECT_NEAR(figures.late, 0, 0.1);
  Take(before, ring_->end() - before);
  EXPECT_NEAR(static_cast<double>(ring_->silent()), 960, 130);
}

}  // namespace
}  // namespace continuo::agent
