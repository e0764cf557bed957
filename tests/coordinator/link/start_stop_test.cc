// SPDX-License-Identifier: Apache-2.0
#include "coordinator/link/start_stop.h"

#include <gtest/gtest.h>

namespace continuo::coordinator::link {
namespace {

constexpr Nanoseconds kLook = 50'000'000;

/// A show and Link, looked at twenty times a second.
struct Evening {
  explicit Evening(bool follows) : start_stop(follows) {}
  StartStop::Wish Look() {
    at += kLook;
    const StartStop::Wish wish =
        start_stop.Decide({.at = at, .peers = peers, .playing = plays}, show, settled);
    if (wish.put) plays = *wish.put;
    return wish;
  }
  int Proposals(int looks) {
    int proposals = 0;
    while (looks-- > 0) proposals += Look().propose ? 1 : 0;
    return proposals;
  }

  StartStop start_stop;
  StartStop::Show show{.rolls = true, .changes = false};
  Nanoseconds at = 0;
  int peers = 1;
  bool plays = false;
  bool settled = true;
};

TEST(LinkStartStop, TheShowsStateHoldsAtTheFirstMeeting) {
  for (const bool follows : {false, true}) {
    for (const bool rolls : {false, true}) {
      Evening evening(follows);
      evening.show.rolls = rolls;
      evening.plays = !rolls;
      EXPECT_EQ(evening.Proposals(20), 0);
      EXPECT_EQ(evening.plays, rolls);
    }
  }
}

TEST(LinkStartStop, WhoLeadsTakesBackWhatAPeerSets) {
  Evening evening(false);
  evening.Proposals(5);
  evening.plays = false;
  EXPECT_EQ(evening.Proposals(5), 0);
  EXPECT_TRUE(evening.plays);
}

TEST(LinkStartStop, WhoFollowsProposesItOnceAndWaitsUntilItIsHeard) {
  Evening evening(true);
  evening.Proposals(5);
  evening.plays = false;
  EXPECT_EQ(evening.Proposals(20), 1);
  evening.show.changes = true;
  EXPECT_EQ(evening.Proposals(200), 0) << "dated far away";
  EXPECT_FALSE(evening.plays);
  evening.show = {.rolls = false, .changes = false};
  EXPECT_EQ(evening.Proposals(20), 0);
  EXPECT_FALSE(evening.plays);
}

TEST(LinkStartStop, WhatIsRefusedOrNeverDatedIsTakenBack) {
  Evening evening(true);
  evening.Proposals(5);
  evening.plays = false;
  ASSERT_TRUE(evening.Look().propose);
  evening.start_stop.Refused();
  evening.Look();
  EXPECT_TRUE(evening.plays);
  evening.Proposals(5);
  evening.plays = false;
  EXPECT_EQ(evening.Proposals(100), 1);
  EXPECT_TRUE(evening.plays) << "after four seconds";
}

TEST(LinkStartStop, NobodysWishIsTakenBack) {
  Evening joiner(true);
  joiner.Proposals(5);
  joiner.settled = false;
  joiner.plays = false;
  EXPECT_EQ(joiner.Proposals(5), 0);
  EXPECT_TRUE(joiner.plays);
  Evening alone(true);
  alone.Proposals(5);
  alone.peers = 0;
  alone.plays = false;
  EXPECT_EQ(alone.Proposals(5), 0);
  EXPECT_TRUE(alone.plays);
}

TEST(LinkStartStop, AnOperatorsStopIsLinksAsSoonAsItIsHeard) {
  Evening evening(true);
  evening.Proposals(5);
  evening.show.rolls = false;
  EXPECT_EQ(evening.Proposals(5), 0);
  EXPECT_FALSE(evening.plays);
}

}  // namespace
}  // namespace continuo::coordinator::link
