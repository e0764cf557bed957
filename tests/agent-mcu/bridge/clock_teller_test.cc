// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/bridge/clock_teller.h"

#include <gtest/gtest.h>

namespace continuo::mcu {
namespace {

TEST(ClockTellerTest, WhatChangesHasAnotherNumberAndWhatDoesNotHasNot) {
  transport::PtpWish wish;
  wish.domain.number = 3;
  wish.allowed = {7, 8};
  clock::MediaMap map;
  map.Add(clock::FirstEntry(7));
  plan::MediaTimeMap media{.version = 2, .t0 = 5, .n0 = 480};
  ClockTeller one, other;
  const ClockTold told = one.Told(wish, map, media);
  EXPECT_EQ(told.domain, 3);
  EXPECT_EQ(told.allowed.size(), 2u);
  EXPECT_EQ(told.map, map);
  EXPECT_EQ(told.media, 2u);
  EXPECT_EQ(told.t0, 5);
  EXPECT_EQ(told.n0, 480);
  EXPECT_NE(told.number, 0u);
  EXPECT_EQ(other.Told(wish, map, media).number, told.number);
  media.t0 = 6;
  EXPECT_NE(other.Told(wish, map, media).number, told.number);
  EXPECT_NE(other.Told(wish, {}, media).number, told.number);
}

TEST(ClockTellerTest, ABoardsOwnPtpIsToldAndElseItsBridges) {
  plan::ClockStatus bridge;
  bridge.follows = true;
  bridge.state = clock::LockState::kLocked;
  bridge.error = 5'000;
  bridge.grandmaster = 1;
  const plan::ClockStatus by_bridge = ClockStatusOf({}, bridge, 40'000);
  EXPECT_EQ(by_bridge.state, clock::LockState::kLocked);
  EXPECT_EQ(by_bridge.error, 45'000);
  ClockReport board{.has = true, .leads = true, .state = clock::LockState::kHoldover};
  board.grandmaster = 2;
  board.error = 9;
  board.held = 10;
  const plan::ClockStatus own = ClockStatusOf(board, bridge, 40'000);
  EXPECT_TRUE(own.follows);
  EXPECT_EQ(own.state, clock::LockState::kHoldover);
  EXPECT_EQ(own.grandmaster, 2u);
  EXPECT_EQ(own.error, 9);
  EXPECT_EQ(own.held, 10);
  board.leads = false;
  EXPECT_EQ(ClockStatusOf(board, bridge, 40'000).error, 45'000);
}

TEST(ClockTellerTest, OnlyWhatIsMalformedIsTold) {
  ClockReport board;
  EXPECT_EQ(WithPassedOver("", board), "");
  board.counts[static_cast<std::size_t>(ClockCount::kForeign)] = 9;
  EXPECT_EQ(WithPassedOver("x", board), "x");
  board.counts[static_cast<std::size_t>(ClockCount::kVersion)] = 2;
  board.counts[static_cast<std::size_t>(ClockCount::kTime)] = 1;
  EXPECT_EQ(WithPassedOver("x", board),
            "x; by the board of PTP's messages 2 of another version, 1 of an impossible time");
}

}  // namespace
}  // namespace continuo::mcu
