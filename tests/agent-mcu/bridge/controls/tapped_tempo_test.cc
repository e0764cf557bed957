// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/bridge/controls/tapped_tempo.h"

#include <gtest/gtest.h>

namespace continuo::mcu {
namespace {

TEST(TappedTempoTest, TwoTapsAreATempoAndMoreOfThemABetterOne) {
  TappedTempo taps;
  EXPECT_EQ(taps.Tap(1'000'000), std::nullopt);
  EXPECT_EQ(taps.Tap(1'024'000), 120'000u);
  EXPECT_EQ(taps.Tap(1'047'000), 122'553u);  // the mean of 24,000 and 23,000
  EXPECT_EQ(taps.Tap(1'071'000), 121'690u);
  EXPECT_EQ(taps.Tap(1'095'000), 121'263u);
  EXPECT_EQ(taps.Tap(1'119'000), 121'263u) << "of the last four spans";
  EXPECT_EQ(taps.Tap(1'143'000), 120'000u);
}

TEST(TappedTempoTest, AfterAPauseOrATimeThatWentBackOneBeginsAnew) {
  TappedTempo taps;
  taps.Tap(1'000'000);
  EXPECT_EQ(taps.Tap(1'000'000 + 144'001), std::nullopt);
  EXPECT_EQ(taps.Tap(1'168'001), 120'000u);
  EXPECT_EQ(taps.Tap(1'168'001), std::nullopt);
  EXPECT_EQ(taps.Tap(1'192'001), 120'000u);
  EXPECT_EQ(taps.Tap(500), std::nullopt);
}

TEST(TappedTempoTest, WhatNoShowCanDoIsNone) {
  TappedTempo taps;
  taps.Tap(1'000'000);
  EXPECT_EQ(taps.Tap(1'002'400), std::nullopt);  // 1200
}

}  // namespace
}  // namespace continuo::mcu
