// SPDX-License-Identifier: Apache-2.0
// Being admitted: to whom a JOIN is granted, and what follows from it. In brackets: the rule that each test guards.
#include <gtest/gtest.h>

#include "proto/replica/joining.h"

namespace continuo::replica {
namespace {

TEST(Join,
     IsNotGrantedToAnotherState) {  // [a joiner is never selected before its state hash matched]
  Hand hand(2);
  hand.Live({1, 2}, 30);
  const int j = Learner(hand, {1, 2}, 1);
  hand.Live({1, 2, j}, 2 * kWhile, j);
  EXPECT_EQ(hand[j].state(), State::kLearning);
  EXPECT_FALSE(hand[j].hash_equal());
  EXPECT_FALSE(hand[1].Needs(static_cast<Incarnation>(j)));
  Incarnation learner = 0;
  ASSERT_TRUE(hand[1].TakeMismatch(learner));
  EXPECT_EQ(learner, static_cast<Incarnation>(j));
  EXPECT_FALSE(hand[1].TakeMismatch(learner)) << "told once";
}

TEST(Join, IsNotGrantedWithoutAHash) {
  Hand hand(1);
  hand.Live({1}, 30);
  const int j = Learner(hand, {1}, 1);
  for (int p = 0; p < kWhile; ++p) {
    hand.Run({1, j}, 1);
    hand.Play(1);
    hand.Play(j);
  }
  EXPECT_EQ(hand[j].state(), State::kLearning);
}

TEST(Join, OfTheTaintedIsNotGrantedByTheClean) {
  Hand hand(2);
  hand.Live({1, 2}, 30);
  hand[2].Taint();
  const int j = Learner(hand, {1, 2}, 2);
  hand.Live({1, 2, j}, kWhile);
  EXPECT_EQ(hand[j].state(), State::kLearning);
}

TEST(Join, OfTheTaintedIsGrantedWhereNobodyIsClean) {
  Hand hand(1);
  hand[1].Taint();
  hand.Live({1}, 30);
  const int j = Learner(hand, {1}, 1);
  hand.Live({1, j}, kWhile);
  EXPECT_EQ(hand[j].state(), State::kTainted);
}

TEST(Join, WhatTheMembersAppliedCanBeToldWhenTheyAreGone) {  // [NoteFollowed]
  Hand hand(1);
  hand.Live({1}, 30);
  const int j = Learner(hand, {1}, 1);
  LiveUntilAdmitted(hand, {1, j}, j);
  const Event event = Gain(1, hand.In(Hand::kPromise + 1));
  ASSERT_EQ(hand[1].Submit(event, hand.now()), Admission::kAdmitted);
  ASSERT_LT(event.at, hand[j].joined_from() * Hand::kQuantum);
  EXPECT_EQ(hand[j].VerdictOf(1, event.at), Verdict::kNone);
  hand.Live({1, j}, kWhile);
  hand.Live({j}, kWhile);
  EXPECT_EQ(hand[j].VerdictOf(1, event.at), Verdict::kCommitted);
  EXPECT_EQ(hand[j].VerdictOf(2, event.at), Verdict::kNone) << "nor is anything else expired";
}

TEST(Join,
     BeginsALogAlsoForOneThatCameWhileItForgot) {  // [Enter: nobody has acknowledged any of it]
  Hand hand(1);
  hand.Live({1}, 30);
  const int j = Learner(hand, {1}, 1);
  for (EventId id = 1; id <= 5; ++id)
    hand[1].Submit(Gain(id, hand.In(Hand::kPromise + 1)), hand.now());
  for (int p = 0; p < Hand::kPromise + 5; ++p) {  // all is played, and nobody takes a hash
    hand.Run({1, j}, 1);
    hand.Play(1);
    hand.Play(j);
  }
  const int w = hand.Join(true);
  LiveUntilAdmitted(hand, {1, j}, j);
  hand.Live({1, j}, 2);
  const wire::FellowMessage message = hand.Message(j, w);
  ASSERT_EQ(message.standing, wire::Standing::kMember);
  EXPECT_EQ(message.base, 0u);
  EXPECT_GT(message.log_end, 0u);
}

TEST(Join, MakesAHolderAtOnce) {  // [AckedByAll counts whoever has a JOIN]
  Hand hand(2);
  hand.Live({1, 2}, 30);
  const int j = Learner(hand, {1, 2}, 1);
  LiveUntilAdmitted(hand, {1, 2, j}, j);
  const Event event = Gain(1, hand.In(Hand::kPromise + 9));
  ASSERT_EQ(hand[1].Submit(event, hand.now()), Admission::kAdmitted);
  hand.Exchange({1, 2});
  hand.Exchange({1, 2});
  EXPECT_EQ(hand[1].VerdictOf(1, event.at), Verdict::kNone) << "the snapshot is no acknowledgement";
  hand.Exchange({1, 2, j});
  EXPECT_EQ(hand[1].VerdictOf(1, event.at), Verdict::kCommitted);
}

TEST(Join, WhoDiesRightAfterItIsExcludedBeforeAnythingIsLate) {
  Hand hand(2);
  hand.Live({1, 2}, 30);
  const int j = Learner(hand, {1, 2}, 1);
  LiveUntilAdmitted(hand, {1, 2, j}, j);
  for (int p = 0; p < 3 * Hand::kSilence; ++p) {
    hand.Live({1, 2}, 1);
    EXPECT_GE(hand[1].next(), hand.now() / Hand::kQuantum + Hand::kPromise - Hand::kSilence);
  }
  EXPECT_EQ(hand[1].live_members(), 2);
  EXPECT_EQ(hand[1].next(), hand.now() / Hand::kQuantum + Hand::kPromise);
}

TEST(Join, WhoIsLeftAloneBeforeItsFirstPacketPlaysFlagged) {  // [GoOnAlone]
  Hand hand(2);
  hand.Live({1, 2}, 30);
  const int j = Learner(hand, {1, 2}, 1);
  LiveUntilAdmitted(hand, {1, 2, j}, j);
  hand.Live({2, j}, 2);
  hand.Live({j}, 2 * Hand::kSilence);
  EXPECT_EQ(hand[j].state(), State::kLearning) << "others may only be slow";
  hand.Live({j}, 2 * Hand::kSilence + 5);
  EXPECT_EQ(hand[j].state(), State::kTainted) << "what the dead went on to do it cannot know";
  EXPECT_TRUE(hand[j].next() > 0 && hand[j].joined_from() <= hand[j].next());
}

TEST(Join, WhoWentOnAloneGivesWayToOneThatWasBroughtToItsFirstPacket) {  // [GoOnAlone: unvouched]
  Hand hand(1);
  hand.Live({1}, 30);
  const int j = Learner(hand, {1}, 1);
  const int k = Learner(hand, {1, j}, 1);
  LiveUntilAdmitted(hand, {1, j, k}, j);
  hand.Live({1, j, k}, 3);
  ASSERT_TRUE(hand[1].Needs(static_cast<Incarnation>(k)));
  for (int p = 0; p < 5 * Hand::kSilence; ++p) {  // nobody hears the older one, and it hears nobody
    hand.Live(p < 4 * Hand::kSilence ? std::vector{1, k} : std::vector{k}, 1);
    hand[j].Tick(hand.now());
  }
  ASSERT_EQ(hand[j].state(), State::kTainted);
  ASSERT_EQ(hand[k].state(), State::kInSync);
  hand.Live({j, k}, 3);
  EXPECT_EQ(hand[j].state(), State::kEmpty);
  EXPECT_EQ(hand[k].state(), State::kInSync);
}

TEST(Join, ASilentJoinerBelowItsFirstPacketCannotHaveMovedOn) {  // [Fence: unasked_from_]
  Hand hand(1);
  hand.Live({1}, 30);
  const int j = Learner(hand, {1}, 1);
  LiveUntilAdmitted(hand, {1, j}, j);
  hand.Pass(100);  // all were stopped, and the joiner died of it
  hand.Live({1}, Hand::kSilence + 1);
  EXPECT_EQ(hand[1].state(), State::kInSync);
}

}  // namespace
}  // namespace continuo::replica
