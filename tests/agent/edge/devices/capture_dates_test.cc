// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/devices/capture_dates.h"

#include <gtest/gtest.h>

namespace continuo::agent {
namespace {

constexpr int kPeriod = 64;
constexpr Frames kLimit = 96;
constexpr MediaTime kNow = 1'000'003;  // when the first period is handed out

class CaptureDatesTest : public testing::Test {
 protected:
  /// Hands out periods until `samples` of the device's are out; the device's clock is `ppm` slow, its last period
  /// comes `late` samples late.
  MediaTime Run(Frames samples, double ppm = 0) {
    MediaTime date = 0;
    for (Frames end = out_ + samples; out_ < end; out_ += kPeriod) {
      date = dates_.Next(TimeOf(static_cast<double>(out_) * (1 + ppm / 1e6)), kPeriod);
      in_order_ = in_order_ && (expected_ < 0 || date == expected_);
      expected_ = date + kPeriod;
    }
    return date;
  }
  Nanoseconds TimeOf(double samples) const {
    return static_cast<Nanoseconds>((static_cast<double>(kNow) + lost_ + samples) * 1e9 / 48000) +
           1;
  }

  CaptureDates dates_{{.version = 1, .clock_id = 1, .t0 = 0, .n0 = 0}, 48, kLimit};
  Frames out_ = 0;
  double lost_ = 0;  // samples that the device did not hear
  MediaTime expected_ = -1;
  bool in_order_ = true;
};

TEST_F(CaptureDatesTest, APeriodIsOverWhenItIsHandedOutOrUpToTheGridEarlier) {
  const MediaTime first = dates_.Next(TimeOf(0), kPeriod);
  EXPECT_EQ(first % 16, 0) << "periods of 64 and packets of 48 meet every 16 samples";
  EXPECT_LE(first + kPeriod, kNow);
  EXPECT_GT(first + kPeriod, kNow - 16);
  EXPECT_EQ(dates_.ahead(), first + kPeriod - kNow);
}

TEST_F(CaptureDatesTest, APeriodThatComesLateShiftsNothing) {
  Run(10 * kPeriod);
  lost_ = 2400;
  dates_.Next(TimeOf(static_cast<double>(out_)), kPeriod);
  lost_ = 0;
  out_ += kPeriod;
  expected_ += kPeriod;
  Run(5 * kSampleRate);
  EXPECT_TRUE(in_order_);
  EXPECT_EQ(dates_.slips(), 0u);
}

TEST_F(CaptureDatesTest, AfterAnXrunItGoesOnAtTheRightDate) {
  Run(10 * kPeriod);
  lost_ = 1000;
  dates_.LostTime();
  const MediaTime date = Run(CaptureDates::kSoon * kPeriod);
  const MediaTime now = kNow + 1000 + (9 + CaptureDates::kSoon) * kPeriod;
  EXPECT_LE(date + kPeriod, now);
  EXPECT_GT(date + kPeriod, now - 16);
  EXPECT_EQ(dates_.slips(), 1u);
}

TEST_F(CaptureDatesTest, WhatComesLateOnlyAfterTheXrunWasToldIsFoundWithinMilliseconds) {
  Run(10 * kPeriod);
  dates_.LostTime();
  Run(2 * kPeriod);
  lost_ = 1000;
  Run(8 * kPeriod);
  EXPECT_EQ(dates_.slips(), 1u);
  EXPECT_GT(dates_.ahead(), -16);
}

TEST_F(CaptureDatesTest, AnXrunThatLostNextToNothingLeavesTheDatesAlone) {
  Run(10 * kPeriod);
  lost_ = 30;
  dates_.LostTime();
  Run(2 * kSampleRate);
  EXPECT_TRUE(in_order_);
}

TEST_F(CaptureDatesTest, TimeThatWasLostInSilenceIsFoundWithinTwoSeconds) {
  Run(10 * kPeriod);
  lost_ = 1000;
  Run(2 * kSampleRate);
  EXPECT_EQ(dates_.slips(), 1u);
  EXPECT_GT(dates_.ahead(), -16);
}

TEST_F(CaptureDatesTest, DriftIsBoundedEitherWayAndCounted) {
  for (const double ppm : {100.0, -100.0}) {
    Run(120 * kSampleRate, ppm);
    EXPECT_GE(dates_.ahead(), -kLimit - 32) << ppm;
    EXPECT_LE(dates_.ahead(), kLimit + 48) << ppm;
  }
  EXPECT_GE(dates_.slips(), 8u) << "100 ppm are 4.8 samples a second";
  EXPECT_LE(dates_.slips(), 20u);
}

}  // namespace
}  // namespace continuo::agent
