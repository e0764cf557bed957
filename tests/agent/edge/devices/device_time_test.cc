// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/devices/device_time.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "agent/edge/devices/tone_fit.h"

namespace continuo::agent {
namespace {

/// A device in virtual time. All in samples of media time.
class DeviceTimeTest : public testing::Test {
 protected:
  static constexpr double kStart = 1e13;  // what PTP counts by now is more than that

  /// For so long; the greatest error of what is told of the beginnings of periods is left in worst_.
  void Run(double seconds, double ppm, int period = 64) {
    worst_ = 0;
    for (const double end = now_ + seconds * kSampleRate; now_ < end;) {
      const double woken = now_ + wakes_.Next(jitter_);
      const double whole = std::floor(woken);
      const DeviceTime::Span span =
          time_->Next({static_cast<MediaTime>(kStart + whole), woken - whole}, period);
      moved_ += span.moved ? 1 : 0;
      const double told =
          static_cast<double>(span.origin - static_cast<MediaTime>(kStart)) + span.from;
      worst_ = std::max(worst_, std::fabs(told - now_ - mean_));
      now_ += period / (1 + ppm * 1e-6);
    }
  }

  std::optional<DeviceTime> time_{std::in_place};
  double now_ = 12.25, worst_ = 0, jitter_ = 0, mean_ = 0;
  int moved_ = 0;
  LateWakes wakes_;
};

TEST_F(DeviceTimeTest, CrystalThatIs200PpmOffIsKnownAfterSeconds) {
  for (const double ppm : {-200.0, 200.0}) {
    time_.emplace();
    moved_ = 0;
    Run(3, ppm);
    EXPECT_LT(worst_, 1.6);
    Run(4, ppm);
    EXPECT_LT(worst_, 0.1);
    Run(13, ppm);
    EXPECT_LT(worst_, 0.01);
    EXPECT_NEAR(time_->rate(), 1 / (1 + ppm * 1e-6), 1e-7);
    EXPECT_EQ(moved_, 1) << "it begins";
  }
}

TEST_F(DeviceTimeTest, LateWakeUpsMoveItByLittle) {
  for (const int period : {16, 64, 1024}) {
    time_.emplace();
    jitter_ = 2;
    mean_ = 1 + 0.01 * (DeviceTime::kMost - 1);
    Run(20, 100, period);
    Run(30, 100, period);
    EXPECT_LT(worst_, 0.35) << period;
  }
}

TEST_F(DeviceTimeTest, DeviceThatLostTimeIsFoundWithinFourPeriods) {
  Run(20, 50);
  now_ += 960;
  time_->LostTime();
  Run(5 * 64.0 / kSampleRate, 50);
  EXPECT_EQ(moved_, 2);
  Run(1, 50);
  EXPECT_LT(worst_, 0.1) << "the crystal is the same";
}

TEST_F(DeviceTimeTest, DeviceThatLostTimeUntoldIsFoundWithinAFifthOfASecond) {
  Run(20, 50);
  now_ -= 300;
  Run(0.41, 50);
  EXPECT_EQ(moved_, 2);
}

TEST_F(DeviceTimeTest, MomentsLieBetweenSamples) {
  const plan::MediaTimeMap map{.t0 = 1'000, .n0 = 7, .rate_hz = kSampleRate};
  for (const Nanoseconds t : {1'000, 1'001, 11'416, 11'417, 21'833, 1'000'001'000}) {
    const MediaMoment moment = MomentAt(map, t);
    EXPECT_NEAR(static_cast<double>(moment.n) + moment.fraction,
                7 + static_cast<double>(t - 1'000) * kSampleRate / 1e9, 1e-4);
    EXPECT_GE(moment.fraction, 0);
    EXPECT_LE(moment.fraction, 1);
  }
}

}  // namespace
}  // namespace continuo::agent
