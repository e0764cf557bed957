// SPDX-License-Identifier: Apache-2.0
#include "agent/core/joiner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace continuo::agent::core {
namespace {

using plan::ReplicaState;
using testing::HasSubstr;
using testing::IsEmpty;
using Stage = Joiner::Stage;

constexpr Nanoseconds kMs = 1'000'000;
constexpr ReplicaKey kSelf{5, 12};

template <typename T>
const T* Only(const std::vector<JoinEffect>& effects) {
  return effects.size() == 1 ? std::get_if<T>(&effects.front()) : nullptr;
}

class JoinerTest : public testing::Test {
 protected:
  JoinerTest() { joiner_.Know({{1, "a:1"}, {2, "b:1"}}); }

  std::vector<JoinEffect> See(ReplicaState state, PacketIndex behind = 0, MediaTime in_sync_at = 0,
                              bool failed = false) {
    return joiner_.See({kSelf, state, behind, in_sync_at, failed}, now_);
  }
  void Wait(Nanoseconds ms) { now_ += ms * kMs; }
  std::optional<FetchState> Begin() { return joiner_.Begin(++fetch_, now_); }
  std::vector<JoinEffect> Arrive(std::string error, bool busy = false) {
    return joiner_.On(StateFetched{fetch_, std::move(error), busy, 700, 5000}, now_);
  }
  /// One attempt that fails, from the pause before it.
  std::vector<JoinEffect> FailOnce() {
    Wait(300);
    EXPECT_TRUE(Begin().has_value());
    return Arrive("is not here");
  }
  void ReachCatchUp() {
    See(ReplicaState::kSubscribed);
    ASSERT_TRUE(Begin().has_value());
    ASSERT_NE(Only<LearnState>(Arrive("")), nullptr);
    EXPECT_THAT(joiner_.On(StateLearned{kSelf, true}, now_), IsEmpty());
    ASSERT_EQ(joiner_.stage(), Stage::kCatchUp);
  }
  std::string GivenUp(const std::vector<JoinEffect>& effects) {
    const GiveUp* const given_up = Only<GiveUp>(effects);
    EXPECT_EQ(joiner_.stage(), Stage::kFailed);
    if (given_up == nullptr) return "not given up";
    EXPECT_EQ(joiner_.progress().error, given_up->error);
    return given_up->error;
  }

  Nanoseconds now_ = 1'000'000 * kMs;
  std::uint32_t fetch_ = 0;
  Joiner joiner_{kSelf, 3, {}};
};

TEST_F(JoinerTest, AsksForNothingBeforeItListens) {
  EXPECT_FALSE(Begin().has_value()) << "inputs since the snapshot would be missing";
  See(ReplicaState::kSubscribed);
  const auto fetch = Begin();
  ASSERT_TRUE(fetch.has_value());
  EXPECT_EQ(fetch->donor, 1);
  EXPECT_EQ(fetch->address, "a:1");
  EXPECT_EQ(fetch->generation, 3);
  EXPECT_FALSE(fetch->checkpoint);
  EXPECT_FALSE(Begin().has_value()) << "one at a time";
}

TEST_F(JoinerTest, GoesTheWholeWay) {
  ReachCatchUp();
  See(ReplicaState::kCatchUp, 100);
  See(ReplicaState::kShadow);
  EXPECT_EQ(joiner_.stage(), Stage::kShadow);
  EXPECT_THAT(See(ReplicaState::kShadow, 0, 96'000), IsEmpty());
  EXPECT_EQ(joiner_.stage(), Stage::kJoined);
  EXPECT_EQ(joiner_.progress().donor, 1);
  EXPECT_EQ(joiner_.progress().snapshot_next, 700);
  EXPECT_EQ(joiner_.progress().snapshot_total, 5000u);
  EXPECT_EQ(joiner_.progress().error, "");
  Wait(3'600'000);
  EXPECT_THAT(joiner_.Tick(now_), IsEmpty());
}

TEST_F(JoinerTest, DonorThatDoesNotAnswerIsLeftForAnother) {
  See(ReplicaState::kSubscribed);
  Begin();
  Wait(1'999);
  EXPECT_THAT(joiner_.Tick(now_), IsEmpty());
  Wait(1);
  const auto effects = joiner_.Tick(now_);
  ASSERT_EQ(effects.size(), 2u);
  EXPECT_EQ(std::get<AbandonFetch>(effects[0]).fetch, fetch_);
  EXPECT_EQ(std::get<StateRefused>(effects[1]).donor, 1);
  EXPECT_FALSE(Begin().has_value()) << "a moment later";
  Wait(300);
  EXPECT_EQ(Begin()->donor, 2);
}

TEST_F(JoinerTest, StateOfAnAbandonedFetchIsNotTaken) {
  See(ReplicaState::kSubscribed);
  Begin();
  Wait(5'000);
  joiner_.Tick(now_);
  EXPECT_THAT(Arrive(""), IsEmpty());
  EXPECT_EQ(joiner_.stage(), Stage::kWaiting);
}

TEST_F(JoinerTest, LargeStateHasTheTimeItNeedsAndNotMore) {
  See(ReplicaState::kSubscribed);
  Begin();
  Wait(100);
  joiner_.On(StateProgressed{fetch_, 1000, 30'000'000});
  EXPECT_EQ(joiner_.progress().snapshot_bytes, 1000u);
  Wait(21'800);
  EXPECT_THAT(joiner_.Tick(now_), IsEmpty());
  joiner_.On(StateProgressed{fetch_, 1100, 30'000'000});
  Wait(100);
  EXPECT_EQ(joiner_.Tick(now_).size(), 2u) << "a trickle keeps nobody waiting";
}

TEST_F(JoinerTest, ThreeStatesThatCannotBeUsedAreEnough) {
  See(ReplicaState::kSubscribed);
  for (const plan::NodeId donor : {1, 2}) {
    const auto effects = FailOnce();
    ASSERT_NE(Only<StateRefused>(effects), nullptr) << "told each time";
    EXPECT_EQ(Only<StateRefused>(effects)->donor, donor);
    EXPECT_EQ(joiner_.progress().error, "") << "it has not failed yet";
  }
  EXPECT_THAT(GivenUp(FailOnce()), HasSubstr("node 1: is not here"));
  Wait(1'000);
  EXPECT_FALSE(Begin().has_value());
}

TEST_F(JoinerTest, BusyDonorsAreWaitedForButNotForEver) {
  See(ReplicaState::kSubscribed);
  std::vector<JoinEffect> effects;
  for (int tries = 0; tries < 1000 && joiner_.stage() != Stage::kFailed; ++tries) {
    Wait(300);
    ASSERT_TRUE(Begin().has_value());
    effects = Arrive("gives to four already", true);
    if (tries == 100) {
      EXPECT_EQ(joiner_.stage(), Stage::kWaiting);
    }
  }
  EXPECT_THAT(GivenUp(effects), HasSubstr("gives to four already"));
}

TEST_F(JoinerTest, TaintedStateIsTheLastResort) {
  See(ReplicaState::kSubscribed);
  Wait(300);
  EXPECT_FALSE(Begin()->may_be_tainted);
  Arrive("is tainted");
  Wait(300);
  EXPECT_FALSE(Begin()->may_be_tainted);
  Arrive("is tainted");
  Wait(300);
  EXPECT_TRUE(Begin()->may_be_tainted) << "when nobody has a better one";
}

TEST_F(JoinerTest, OnlyDonorIsAskedAgainAndMayThenBeTainted) {
  joiner_.Know({{1, "a:1"}});
  See(ReplicaState::kSubscribed);
  EXPECT_FALSE(Begin()->may_be_tainted);
  Arrive("is tainted");
  Wait(300);
  const auto fetch = Begin();
  EXPECT_EQ(fetch->donor, 1);
  EXPECT_TRUE(fetch->may_be_tainted);
}

TEST_F(JoinerTest, DonorThatWasBehindIsAskedForALaterState) {
  See(ReplicaState::kSubscribed);
  Begin();
  Arrive("");
  joiner_.On(StateLearned{kSelf, false}, now_);
  Wait(20);  // it waits itself until it has one
  const auto fetch = Begin();
  ASSERT_TRUE(fetch.has_value());
  EXPECT_EQ(fetch->donor, 2);
  EXPECT_EQ(fetch->not_before, 701);
}

TEST_F(JoinerTest, AudioThreadThatDoesNotTakeTheStateEndsTheJoin) {
  See(ReplicaState::kSubscribed);
  Begin();
  Arrive("");
  Wait(2'000);
  EXPECT_THAT(GivenUp(joiner_.Tick(now_)), HasSubstr("did not take"));
}

TEST_F(JoinerTest, CatchingUpMayTakeLongAsLongAsItComesNearer) {
  ReachCatchUp();
  for (PacketIndex behind = 2000; behind > 1990; --behind) {
    EXPECT_THAT(See(ReplicaState::kCatchUp, behind), IsEmpty());
    Wait(4'900);
  }
  EXPECT_EQ(joiner_.stage(), Stage::kCatchUp);
  Wait(100);
  EXPECT_THAT(GivenUp(See(ReplicaState::kCatchUp, 1991)), HasSubstr("does not catch up"));
}

TEST_F(JoinerTest, NodeThatNeverComesCloserThanNothingBehindIsNotWaitedForForEver) {
  ReachCatchUp();
  for (int i = 0; i < 20; ++i) {
    See(ReplicaState::kCatchUp, 0);
    Wait(250);
  }
  EXPECT_THAT(GivenUp(See(ReplicaState::kCatchUp, 0)), HasSubstr("does not catch up"));
}

TEST_F(JoinerTest, ShadowThatNobodyAdmitsIsGivenUp) {
  ReachCatchUp();
  See(ReplicaState::kShadow);
  Wait(2'999);
  EXPECT_THAT(See(ReplicaState::kShadow), IsEmpty());
  Wait(1);
  EXPECT_THAT(GivenUp(See(ReplicaState::kShadow)), HasSubstr("admitted"));
}

TEST_F(JoinerTest, JoinerThatWasAdmittedAfterAllHasJoined) {
  ReachCatchUp();
  See(ReplicaState::kShadow);
  Wait(3'000);
  GivenUp(See(ReplicaState::kShadow));
  See(ReplicaState::kInSync);
  EXPECT_EQ(joiner_.stage(), Stage::kJoined);
  EXPECT_EQ(joiner_.progress().error, "");
}

TEST_F(JoinerTest, WhatTheAudioThreadGaveUpIsNotToldTwice) {
  ReachCatchUp();
  EXPECT_THAT(See(ReplicaState::kEmpty, 0, 0, true), IsEmpty());
  EXPECT_EQ(joiner_.stage(), Stage::kFailed);
  EXPECT_EQ(joiner_.progress().error, "") << "its own words are in the counters";
}

TEST_F(JoinerTest, FetchOfAJoinThatTheAudioThreadGaveUpIsEnded) {
  See(ReplicaState::kSubscribed);
  Begin();
  EXPECT_NE(Only<AbandonFetch>(See(ReplicaState::kEmpty, 0, 0, true)), nullptr);
}

TEST_F(JoinerTest, TaskThatNobodyComputesAnyMoreEndsTheJoin) {
  joiner_.Know({});
  See(ReplicaState::kSubscribed);
  Wait(1'999);
  EXPECT_THAT(See(ReplicaState::kSubscribed), IsEmpty());
  Wait(1);
  EXPECT_THAT(GivenUp(See(ReplicaState::kSubscribed)), HasSubstr("can be asked"));
}

TEST_F(JoinerTest, DonorsThatANewerPlanNamesAreAsked) {
  See(ReplicaState::kSubscribed);
  FailOnce();
  joiner_.Know({{7, "g:1"}});
  Wait(300);
  EXPECT_EQ(Begin()->donor, 7);
}

}  // namespace
}  // namespace continuo::agent::core
