// SPDX-License-Identifier: Apache-2.0
// Who is silent, who is excluded, and by whom; messages are carried by hand.
#include <gtest/gtest.h>

#include "proto/replica/hand.h"

namespace continuo::replica {
namespace {

TEST(Silence, CountsOnlyMyOwnPeriods) {
  Hand hand(2);
  hand.Run({1, 2}, 5);
  hand.Pass(14);  // neither runs: below the fence
  hand.Run({1}, Hand::kSilence - 1);
  EXPECT_EQ(hand[1].live_members(), 2);
  hand.Run({1}, 1);
  EXPECT_EQ(hand[1].live_members(), 1);
  EXPECT_TRUE(hand[1].Proven());
}

TEST(Silence, OfAFounderCountsOnlyFromAPromiseBeforeTheFirstPacketOn) {  // [Tick: early]
  Config config;
  config.self = 1;
  config.members.push_back(1);
  config.members.push_back(2);
  config.quantum = Hand::kQuantum;
  config.promise = Hand::kPromise * Hand::kQuantum;
  config.silence = Hand::kSilence * Hand::kQuantum;
  config.first = 1000;
  Replica founder;
  founder.Start(config, 0);
  PacketIndex now = 0;
  while (now < config.first - Hand::kPromise) founder.Tick(++now * Hand::kQuantum);
  EXPECT_EQ(founder.live_members(), 2) << "the other one may have been told later";
  for (int i = 0; i < Hand::kSilence; ++i) founder.Tick(++now * Hand::kQuantum);
  EXPECT_EQ(founder.live_members(), 1) << "the dead do not hold up the first packet";
}

TEST(Silence, ADuplicateIsNoSignOfLife) {
  Hand hand(2);
  const wire::FellowMessage old = hand.Message(2, 1);
  for (int i = 0; i < Hand::kSilence; ++i) {
    hand[1].OnFellow(old, hand.now());
    hand.Run({1}, 1);
  }
  hand.Run({1}, 1);
  EXPECT_EQ(hand[1].live_members(), 1);
}

TEST(Exclusion, TheExcludedIsToldAndStops) {
  Hand hand(2);
  hand.Run({1, 2}, 5);
  hand.Run({1}, Hand::kSilence);
  hand.Carry(2, 1);
  EXPECT_TRUE(hand.Carry(1, 2));
  EXPECT_EQ(hand[2].state(), State::kEmpty);
  EXPECT_FALSE(hand[2].Proven());
  EXPECT_FALSE(hand.Carry(2, 1));
  EXPECT_EQ(hand[2].live_members(), 0);
  EXPECT_EQ(hand[2].Submit(Gain(1, hand.In(90)), hand.now()), Admission::kNotMember);
}

TEST(Exclusion, SpreadsByUnion) {
  Hand hand(3);
  hand.Run({1, 2, 3}, 5);
  for (int i = 0; i < Hand::kSilence; ++i) {
    hand.Run({1, 2}, 1);
    hand.Carry(3, 2);
  }
  ASSERT_EQ(hand[1].live_members(), 2);
  EXPECT_EQ(hand[2].live_members(), 2) << "2 heard 3 all the time, and takes the word of 1";
  hand.Carry(2, 3);
  EXPECT_EQ(hand[3].state(), State::kEmpty);
}

TEST(Exclusion, OfTwoThatExcludedEachOtherTheOlderStays) {
  Hand hand(2);
  hand.Run({1, 2}, 5);
  for (int i = 0; i < Hand::kSilence; ++i) {
    hand.Pass(1);
    hand[1].Tick(hand.now());
    hand[2].Tick(hand.now());
  }
  hand.Exchange({1, 2});
  EXPECT_EQ(hand[1].state(), State::kInSync);
  EXPECT_EQ(hand[2].state(), State::kEmpty);
}

TEST(Exclusion, NothingIsAdoptedFromTheExcluded) {
  Hand hand(2);
  hand.Run({1, 2}, 5);
  hand[2].Submit(Gain(1, hand.In(60)), hand.now());
  const wire::FellowMessage late = hand.Message(2, 1);
  hand.Run({1}, Hand::kSilence);
  hand[1].OnFellow(late, hand.now());
  EXPECT_NE(hand[1].Submit(Gain(1, hand.In(60)), hand.now()), Admission::kHeld);
}

// 1 holds an event that the other does not acknowledge: 1 is heard by none, but hears all.
void Unheard(Hand& hand, int from, const std::vector<int>& others, int periods) {
  hand.Play(from);
  hand[from].Submit(Gain(1, hand.In(Hand::kPromise)), hand.now());
  for (int i = 0; i < periods; ++i) {
    hand.Pass(1);
    hand[from].Tick(hand.now());
    for (int other : others) {
      hand[other].Tick(hand.now());
      hand.Carry(other, from);
    }
  }
  hand.Play(from);
}

TEST(Press, TheOlderExcludesTheYoungerThatHoldsItUp) {
  Hand hand(2);
  hand.Run({1, 2}, 12);
  Unheard(hand, 1, {2}, 5);
  ASSERT_FALSE(hand[1].Proven());
  EXPECT_TRUE(hand[1].Press());
  EXPECT_EQ(hand[1].live_members(), 1);
}

TEST(Press, TheYoungerWaits) {
  Hand hand(2);
  hand.Run({1, 2}, 12);
  Unheard(hand, 2, {1}, 5);
  ASSERT_FALSE(hand[2].Proven());
  EXPECT_FALSE(hand[2].Press());
  EXPECT_EQ(hand[2].live_members(), 2);
}

TEST(Press, LeavesTheSilentToTheSilenceLimit) {
  Hand hand(2);
  hand.Run({1, 2}, 12);
  Unheard(hand, 1, {2}, 5);
  hand.Run({1}, 6);
  EXPECT_FALSE(hand[1].Press());
  EXPECT_EQ(hand[1].live_members(), 2);
}

TEST(Press, GivesTimeForTheFlushBeforeItBlamesTheNext) {
  Hand hand(3);
  hand.Run({1, 2, 3}, 12);
  hand.Play(1);
  hand[1].Submit(Gain(1, hand.In(Hand::kPromise)), hand.now());
  for (int i = 0; i < 5; ++i) {
    hand.Run({1, 2}, 1);
    hand[3].Tick(hand.now());
    hand.Carry(3, 1);
  }
  hand.Play(1);
  EXPECT_FALSE(hand[1].Press()) << "3 is out, but 2 has not spoken since";
  EXPECT_EQ(hand[1].live_members(), 2);
  EXPECT_FALSE(hand[1].Press());
  EXPECT_EQ(hand[1].live_members(), 2) << "2 could not answer yet";
  hand.Exchange({1, 2});
  EXPECT_TRUE(hand[1].Proven());
}

TEST(Strangers, HaveNoEffect) {
  Hand hand(2);
  wire::FellowMessage message = hand.Message(2, 1);
  wire::FellowMessage other = message;
  other.task = 8;
  hand[1].OnFellow(other, hand.now());
  other = message;
  other.from = 9;
  hand[1].OnFellow(other, hand.now());
  other = message;
  other.to = 3;
  hand[1].OnFellow(other, hand.now());
  other = message;
  other.ack = 5;  // of a log that has no entry
  hand[1].OnFellow(other, hand.now());
  other = message;
  other.excluded.push_back(77);
  EXPECT_FALSE(hand[1].Proven());
  hand[1].OnFellow(message, hand.now());
  EXPECT_TRUE(hand[1].Proven());
}

}  // namespace
}  // namespace continuo::replica
