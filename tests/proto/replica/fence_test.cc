// SPDX-License-Identifier: Apache-2.0
// Waking from a stall: who may go on, and who must not.
#include <gtest/gtest.h>

#include "proto/replica/hand.h"

namespace continuo::replica {
namespace {

constexpr int kStall = 16;  // periods; the fence stands at 15

TEST(Fence, AShortStallIsNone) {
  Hand hand(2);
  hand.Run({1, 2}, 5);
  hand.Pass(15);
  hand[1].Tick(hand.now());
  EXPECT_EQ(hand[1].state(), State::kInSync);
}

TEST(Fence, IsNoticedByWhateverIsCalledFirst) {
  Hand hand(2);
  hand.Run({1, 2}, 5);
  const wire::FellowMessage queued = hand.Message(2, 1);
  hand.Pass(kStall);
  hand[1].OnFellow(queued, hand.now());
  EXPECT_EQ(hand[1].state(), State::kFenced);
  EXPECT_EQ(hand[2].Submit(Gain(1, hand.In(90)), hand.now()), Admission::kNotMember);
  EXPECT_EQ(hand[2].state(), State::kFenced);
  EXPECT_EQ(hand[2].VerdictOf(1, hand.In(90)), Verdict::kNone);
}

TEST(Fence, AWordFromBeforeTheWakeUpDoesNotCount) {
  Hand hand(2);
  hand.Run({1, 2}, 5);
  const wire::FellowMessage queued = hand.Message(2, 1);
  hand.Pass(kStall);
  hand[1].Tick(hand.now());
  hand[1].OnFellow(queued, hand.now());
  hand.Carry(2, 1);
  EXPECT_EQ(hand[1].state(), State::kFenced) << "2 has not heard it awake";
  EXPECT_FALSE(hand[1].Proven());
  hand.Carry(1, 2);
  hand.Carry(2, 1);
  EXPECT_EQ(hand[1].state(), State::kInSync);
  EXPECT_TRUE(hand[1].Proven());
}

TEST(Fence, TheExcludedDoesNotReturn) {
  Hand hand(2);
  hand.Run({1, 2}, 5);
  hand.Run({2}, Hand::kSilence);
  hand[1].Tick(hand.now());
  EXPECT_EQ(hand[1].state(), State::kFenced);
  hand.Carry(1, 2);
  hand.Carry(2, 1);
  EXPECT_EQ(hand[1].state(), State::kEmpty);
  EXPECT_EQ(hand[2].state(), State::kInSync) << "though younger";
}

TEST(Fence, TwoThatWereStalledTogetherBringEachOtherBack) {
  Hand hand(2);
  hand.Run({1, 2}, 5);
  hand.Pass(3000);
  hand.Run({1, 2}, 2);
  EXPECT_EQ(hand[1].state(), State::kInSync);
  EXPECT_EQ(hand[2].state(), State::kInSync);
  EXPECT_EQ(hand.Play(1), 3007 + Hand::kPromise - 1);
}

TEST(Fence, ThreeThatWereStalledTogetherBringEachOtherBack) {
  Hand hand(3);
  hand.Run({1, 2, 3}, 5);
  hand.Pass(3000);
  hand.Run({1, 2, 3}, 2);
  for (int m = 1; m <= 3; ++m) EXPECT_EQ(hand[m].state(), State::kInSync);
}

TEST(Fence, TheFencedStaysAHolderAndAPromiser) {
  Hand hand(3);
  hand.Run({1, 2, 3}, 5);
  hand.Run({2, 3}, kStall);
  hand[1].Tick(hand.now());
  ASSERT_EQ(hand[1].state(), State::kFenced);
  const Event event = Gain(1, hand.In(Hand::kPromise));
  hand[2].Submit(event, hand.now());
  hand.Exchange({2, 3});
  hand.Carry(2, 1);
  hand.Carry(1, 2);
  EXPECT_EQ(hand[2].VerdictOf(1, event.at), Verdict::kCommitted);
  EXPECT_GE(hand.Message(1, 2).promise, hand.In(Hand::kPromise));
  EXPECT_TRUE(hand[2].Proven());
}

TEST(Fence, OfTheTaintedReturnsTainted) {
  Hand hand(2);
  hand[1].Taint();
  hand.Run({1, 2}, 5);
  hand.Pass(kStall);
  hand.Run({1, 2}, 2);
  EXPECT_EQ(hand[1].state(), State::kTainted);
  EXPECT_EQ(hand[2].state(), State::kInSync);
}

TEST(Fence, WhoFindsNobodyPlaysOnFlagged) {
  Hand hand(2);
  hand.Run({1, 2}, 5);
  hand.Pass(kStall);
  hand.Run({1}, Hand::kSilence - 1);
  EXPECT_EQ(hand[1].state(), State::kFenced);
  hand.Run({1}, 1);
  EXPECT_EQ(hand[1].state(), State::kTainted);
  EXPECT_TRUE(hand[1].Proven());
  EXPECT_EQ(hand[1].Submit(Gain(1, hand.In(90)), hand.now()), Admission::kAdmitted);
}

TEST(Fence, WhoFoundNobodyGivesWayToWhoeverWentOn) {
  Hand hand(2);
  hand.Run({1, 2}, 5);
  for (int i = 0; i < Hand::kSilence + 5; ++i) hand.Run({2}, 1);
  for (int i = 0; i < Hand::kSilence; ++i) {  // awake, but deaf
    hand.Run({1}, 1);
    hand[2].Tick(hand.now());
  }
  ASSERT_EQ(hand[1].state(), State::kTainted);
  hand.Exchange({1, 2});
  hand.Exchange({1, 2});
  EXPECT_EQ(hand[1].state(), State::kEmpty) << "though older";
  EXPECT_EQ(hand[2].state(), State::kInSync);
}

TEST(Fence, ADeadFellowDoesNotHoldItBackWhenARunningOneVouches) {
  Hand hand(3);
  hand.Run({1, 2, 3}, 5);
  hand.Run({2}, 16);  // 1 stalls, 3 is dead
  hand.Run({1, 2}, 2);
  EXPECT_EQ(hand[1].state(), State::kFenced) << "3 has not spoken";
  hand.Run({1, 2}, 20);
  EXPECT_EQ(hand[1].state(), State::kInSync);
  EXPECT_EQ(hand[1].live_members(), 2);
  EXPECT_TRUE(hand[1].Proven());
}

TEST(Fence, TwoSleepersCannotClearEachOtherOfAThirdThatIsSilent) {
  Hand hand(3);
  hand.Run({1, 2, 3}, 5);
  hand.Pass(100);  // 3 ran on alone meanwhile, and has died
  hand.Run({1, 2}, Hand::kSilence + 2);
  EXPECT_EQ(hand[1].state(), State::kTainted);
  EXPECT_EQ(hand[2].state(), State::kTainted);
  hand.Pass(100);
  hand.Run({1, 2}, 3);
  EXPECT_EQ(hand[1].state(), State::kTainted) << "a second sleep does not wash it clean";
  EXPECT_TRUE(hand[1].Proven());
}

TEST(Fence, WhoHasLeftVouchesForNobody) {  // [Vouches: closed]
  Hand hand(3);
  hand.Live({1, 2, 3}, 30);
  hand[1].Retire(2);
  hand.Live({1, 2, 3}, 10);
  ASSERT_EQ(hand[1].state(), State::kClosed);
  hand.Live({1, 2}, 2 * Hand::kSilence);  // 2 goes on without 3, and dies
  hand.Run({1, 3}, Hand::kSilence + 2);
  EXPECT_EQ(hand[3].state(), State::kTainted);
}

TEST(Fence, AWitnessDoesNotTakeItsCheckpointForWhatTheOthersHaveReached) {  // [reached_]
  Hand hand(2, 1);
  hand.Live({1, 2}, 30);
  const int j = hand.Join();
  hand.Live({1, 2, j}, 5);
  ASSERT_TRUE(hand.Learn(j, 1));
  hand[1].Retire(1);
  for (int p = 0; p < 300 && hand[1].state() != State::kClosed; ++p) hand.Live({1, 2, j}, 1);
  hand.Live({1, 2, j}, 3);
  ASSERT_EQ(hand[1].state(), State::kClosed);
  hand.Drop(1);
  hand.Live({j}, 2 * Hand::kSilence);  // goes on without 2, and dies
  hand.Live({2}, Hand::kSilence + 2);
  EXPECT_EQ(hand[2].state(), State::kTainted);
}

TEST(Fence, TheLastOneNeedsNobodysWord) {
  Hand hand(2);
  hand.Run({1, 2}, 5);
  hand.Run({1}, Hand::kSilence);
  hand.Pass(1000);
  hand[1].Tick(hand.now());
  EXPECT_EQ(hand[1].state(), State::kInSync);
}

TEST(Fence, TheLastOneThatHasJustPressedItsFellowOutPlaysOnFlagged) {
  Hand hand(2);
  hand.Run({1, 2}, 12);
  hand.Play(1);
  hand[1].Submit(Gain(1, hand.In(Hand::kPromise)), hand.now());
  for (int i = 0; i < 5; ++i) {  // 2 hears nothing
    hand.Pass(1);
    hand[1].Tick(hand.now());
    hand[2].Tick(hand.now());
    hand.Carry(2, 1);
  }
  hand.Play(1);
  ASSERT_TRUE(hand[1].Press());
  hand.Run({2}, 100);
  ASSERT_EQ(hand[2].live_members(), 1);
  hand[1].Tick(hand.now());
  EXPECT_EQ(hand[1].state(), State::kTainted);
  hand.Exchange({1, 2});
  hand.Exchange({1, 2});
  EXPECT_EQ(hand[1].state(), State::kEmpty);
  EXPECT_EQ(hand[2].state(), State::kInSync);
}

}  // namespace
}  // namespace continuo::replica
