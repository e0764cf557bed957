// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/devices/follow_capture.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <memory>
#include <numbers>
#include <numeric>
#include <string>
#include <vector>

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
  /// Like FollowFeedTest.
  double Lateness() {
    seed_ = seed_ * 6364136223846793005u + 1442695040888963407u;
    const auto dice = static_cast<double>(seed_ >> 40) / (1 << 24);
    return jitter_ == 0 ? 0 : dice < 0.01 ? 96 + jitter_ * dice : jitter_ * dice;
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
      const double woken = at_ + Lateness();
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

  struct Figures {
    double early = 1e9, late = -1e9;  ///< samples that the tone is away from its place
    double thdn = 0;                  ///< dB below the tone
  };
  /// Of what was taken in the last `seconds`, tenth by tenth; as in FollowFeedTest.
  Figures Measure(double seconds) {
    constexpr Frames kBlock = kSampleRate / 10;
    Figures figures;
    double noise = 0, tone = 0;
    const auto blocks = static_cast<Frames>(seconds * 10);
    for (Frames b = 0; b < blocks; ++b) {
      MeasureBlock(ring_->end() - (b + 1) * kBlock, kBlock, figures, noise, tone);
    }
    figures.thdn = 10 * std::log10(noise / tone);
    return figures;
  }
  void MeasureBlock(MediaTime from, Frames length, Figures& figures, double& noise, double& tone) {
    const double w = 2 * std::numbers::pi * hz_ / kSampleRate;
    std::vector<double> rest = Take(from, length);
    std::array<std::vector<double>, 6> basis;
    for (Frames i = 0; i < length; ++i) {
      const double at = w * static_cast<double>(from + i - FollowCapture::late() - kFirst);
      double power = 1;
      for (std::size_t k = 0; k < basis.size(); k += 2) {
        basis[k].push_back(power * std::sin(at));
        basis[k + 1].push_back(power * std::cos(at));
        power *= 2 * static_cast<double>(i) / static_cast<double>(length) - 1;
      }
    }
    const auto product = [](const std::vector<double>& a, const std::vector<double>& b) {
      return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
    };
    const double away = std::atan2(product(rest, basis[1]), product(rest, basis[0])) / w;
    figures.early = std::min(figures.early, away);
    figures.late = std::max(figures.late, away);
    tone += product(rest, rest);
    const auto remove = [](const std::vector<double>& what, double share,
                           std::vector<double>& out) {
      for (std::size_t i = 0; i < out.size(); ++i) out[i] -= share * what[i];
    };
    for (std::size_t k = 0; k < basis.size(); ++k) {
      const double norm = 1 / std::sqrt(product(basis[k], basis[k]));
      for (double& x : basis[k]) x *= norm;
      for (std::size_t other = k + 1; other < basis.size(); ++other) {
        remove(basis[k], product(basis[k], basis[other]), basis[other]);
      }
      remove(basis[k], product(basis[k], rest), rest);
    }
    noise += product(rest, rest);
  }

  int period_ = 0;
  double hz_ = 0, ppm_ = 0, jitter_ = 0, at_ = 0;
  std::uint64_t seed_ = 1;
  std::shared_ptr<handoff::LiveRing> ring_;
  std::unique_ptr<FollowCapture> capture_;
};

TEST_F(FollowCaptureTest, ToneIsCleanAndAtItsDateAt200Ppm) {
  for (const double ppm : {-200.0, 200.0}) {
    Begin(64, ppm);
    Run(20);
    const Figures figures = Measure(5);
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
  const Figures figures = Measure(10);
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
    const Figures soon = Measure(0.8);
    EXPECT_LT(std::max(-soon.early, soon.late), 1.6);
    Run(2.5);
    const Figures then = Measure(0.5);
    EXPECT_LT(std::max(-then.early, then.late), 0.12);
    Run(4);
    const Figures at_last = Measure(0.5);
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
      const Figures figures = Measure(1);
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
  const Figures figures = Measure(0.4);
  EXPECT_NEAR(figures.early, 0, 0.1);
  EXPECT_NEAR(figures.late, 0, 0.1);
  Take(before, ring_->end() - before);
  EXPECT_NEAR(static_cast<double>(ring_->silent()), 960, 130);
}

}  // namespace
}  // namespace continuo::agent
