// SPDX-License-Identifier: Apache-2.0
#include "proto/plan/clock_status.h"

#include <gmock/gmock.h>

namespace continuo::plan {
namespace {

using clock::LockState;
using testing::HasSubstr;

ClockStatus Locked() {
  ClockStatus report;
  report.state = LockState::kLocked;
  report.port = wire::PtpPortState::kSlave;
  report.grandmaster = 0x001122fffe334455;
  report.map_version = 1;
  return report;
}

TEST(ClockStatus, HoldoverIsToldWithItsReasonAndOnlyOnce) {
  ClockStatus now = Locked();
  now.state = LockState::kHoldover;
  now.port = wire::PtpPortState::kListening;
  EXPECT_EQ(NewsOf(Locked(), now), "the clock holds over: no grandmaster is followed");
  EXPECT_EQ(NewsOf(now, now), "");
}

TEST(ClockStatus, AStrangerIsToldAlsoWhenItComesLater) {
  ClockStatus before = Locked(), now = Locked();
  before.state = now.state = LockState::kHoldover;
  now.allowed = false;
  EXPECT_THAT(NewsOf(before, now), HasSubstr("001122.fffe.334455 is none of those"));
}

TEST(ClockStatus, WhatIsFollowedAgainIsTold) {
  ClockStatus before = Locked();
  before.state = LockState::kHoldover;
  before.held = 2'500'000'000;
  EXPECT_EQ(NewsOf(before, Locked()),
            "the clock follows 001122.fffe.334455 after 2500 ms of holdover, map 1");
  EXPECT_EQ(NewsOf(Locked(), Locked()), "");
}

TEST(ClockStatus, IdentitiesAreReadInAnyOfTheirForms) {
  clock::ClockIdentity identity = 0;
  for (const char* text : {"001122.fffe.334455", "00-11-22-FF-FE-33-44-55", "001122fffe334455"}) {
    ASSERT_TRUE(ParseClockIdentity(text, identity)) << text;
    EXPECT_EQ(IdentityText(identity), "001122.fffe.334455");
  }
  for (const char* text :
       {"", "001122.fffe.33445", "001122.fffe.3344556", "xyz", "0000000000000000"}) {
    EXPECT_FALSE(ParseClockIdentity(text, identity)) << text;
  }
}

}  // namespace
}  // namespace continuo::plan
