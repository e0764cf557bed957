// SPDX-License-Identifier: Apache-2.0
// Of whom the living speak until everybody knows, and whom they forget. In brackets: the rule that each test guards.
#include <gtest/gtest.h>

#include "proto/replica/joining.h"

namespace continuo::replica {
namespace {

TEST(Join, ANewcomerMustNameTheDeadBeforeItsPromiseCounts) {  // [GapOf: view; ListExcluded]
  Hand hand(3);
  hand.Live({1, 2, 3}, 30);
  hand.Live({1, 2}, 60);
  ASSERT_FALSE(Names(hand.Message(1, 2), 3)) << "named long enough among those who know";
  const int j = hand.Join();
  EXPECT_TRUE(Names(hand.Message(1, j), 3));
  hand.Live({1, 2, j}, 5);
  ASSERT_TRUE(hand.Learn(j, 1));
  hand.Live({1, 2, j}, kWhile);
  EXPECT_EQ(hand[j].state(), State::kInSync);
  EXPECT_FALSE(Names(hand.Message(1, j), 3)) << "and then it has been said enough";
}

TEST(Join, ExclusionsAreForgottenOnlyWhenShownAndHeard) {  // [Settled]
  Hand hand(3);
  hand.Live({1, 2, 3}, 30);
  hand.Live({1, 2}, Hand::kSilence - 1);
  hand.Pass(1);
  hand[1].Tick(hand.now());
  ASSERT_EQ(hand[1].live_members(), 2);
  hand.Carry(1, 2);
  hand[1].Tick(hand.now());
  EXPECT_TRUE(Names(hand.Message(1, 2), 3)) << "2 has not answered";
  hand.Live({1, 2}, 3);
  EXPECT_FALSE(Names(hand.Message(1, 2), 3));
}

TEST(Join, AnyNumberOfGenerationsFindsRoomOnRecord) {  // [Sweep]
  Hand hand(2);
  hand.Live({1, 2}, 30);
  int older = 1, younger = 2;
  for (int generation = 0; generation < 30; ++generation) {
    hand.Live({younger}, 40);  // `older` is dead
    const int j = Learner(hand, {younger}, younger);
    hand.Live({younger, j}, kWhile);
    ASSERT_EQ(hand[j].state(), State::kInSync) << generation;
    ASSERT_EQ(hand[younger].live_members(), 2) << generation;
    for (int m : {younger, j}) hand[m].Drop(static_cast<Incarnation>(older));
    older = younger;
    younger = j;
  }
}

// One joins, and when it is a member it dies, and the plan lists it no more.
void JoinAndDie(Hand& hand, std::vector<int> members) {
  const int j = Learner(hand, members, members.front());
  std::vector<int> all = members;
  all.push_back(j);
  hand.Live(all, kWhile);
  ASSERT_EQ(hand[j].state(), State::kInSync);
  hand.Live(members, 60);
  ASSERT_FALSE(hand[members.front()].Needs(static_cast<Incarnation>(j)));
  hand.Drop(j);
  hand.Live(members, 5);
}

// 1, and one that has met the dead in another order; so many have died that they begin to forget them. With `late`,
// the plan in which 2 is not listed any more has not reached 1, so 1 goes on naming him.
int Veterans(Hand& hand, bool late) {
  hand.Live({1, 2}, 30);
  hand.Live({1}, 60);
  hand.Drop(2);
  if (late) hand[1].Know(2, false);
  for (int dead = 0; dead < 3; ++dead) JoinAndDie(hand, {1});
  const int c = Learner(hand, {1}, 1);
  hand.Live({1, c}, kWhile);
  const int b = Learner(hand, {1, c}, 1);  // meets c before it hears of those who died before
  hand.Live({1, c, b}, kWhile);
  EXPECT_EQ(hand[b].state(), State::kInSync);
  hand.Live({1, b}, 60);  // c is dead
  hand.Drop(c);
  for (int dead = 0; dead < 2; ++dead) JoinAndDie(hand, {1, b});
  return b;
}

TEST(Join, WhomOneMemberHasForgottenAndAnotherStillNamesHoldsUpNoNewcomer) {  // [Recall]
  Hand hand(2);
  const int b = Veterans(hand, true);
  const int j = Learner(hand, {1, b}, b);
  hand.Live({1, b, j}, 2 * kWhile);
  EXPECT_EQ(hand[j].state(), State::kInSync);
  EXPECT_EQ(hand[j].next(), hand[1].next());
}

TEST(Join, AllForgetTheSameOfTheDead) {  // [Bury: the oldest]
  Hand hand(2);
  const int b = Veterans(hand, false);
  const int j = hand.Join();
  for (int dead = 2; dead < j; ++dead)
    EXPECT_EQ(Names(hand.Message(1, j), dead), Names(hand.Message(b, j), dead)) << dead;
}

TEST(Plan,
     ThatListsAMemberNoMoreDoesNotUnmakeIt) {  // [Sweep: only learners, and those that have left]
  Hand hand(2);
  hand.Live({1, 2}, 30);
  hand.Drop(2);
  hand.Live({1, 2}, 30);
  EXPECT_TRUE(hand[1].Needs(2)) << "it plays, and who goes on without its word may contradict it";
  EXPECT_EQ(hand[2].state(), State::kInSync);
}

TEST(Join, WhoWasExcludedLongAgoIsToldByThoseItDoesNotKnow) {  // [OnStranger]
  Hand hand(2);
  hand.Live({1, 2}, 30);
  wire::FellowMessage message = hand.Message(2, 1);
  message.from = 9;
  message.excluded.push_back(1);
  message.standing = wire::Standing::kLearner;
  hand[1].OnFellow(message, hand.now());
  EXPECT_EQ(hand[1].state(), State::kInSync) << "a learner only repeats what it heard";
  message.standing = wire::Standing::kMember;
  hand[1].OnFellow(message, hand.now());
  EXPECT_EQ(hand[1].state(), State::kEmpty);
}

}  // namespace
}  // namespace continuo::replica
