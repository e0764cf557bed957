// SPDX-License-Identifier: Apache-2.0
// Joining: what a newcomer may believe, and what it must not do. In brackets: the rule that each test guards.
#include <gtest/gtest.h>

#include "proto/replica/joining.h"

namespace continuo::replica {
namespace {

TEST(Join, FromBareToInSync) {
  Hand hand(2);
  hand.Live({1, 2}, 30);
  const int j = hand.Join();
  EXPECT_TRUE(hand[j].bare());
  EXPECT_EQ(hand[j].state(), State::kLearning);
  hand.Live({1, 2, j}, 5);
  EXPECT_FALSE(hand[j].Proven()) << "it has no state";
  ASSERT_TRUE(hand.Learn(j, 1));
  EXPECT_FALSE(hand.Learn(j, 1)) << "once";
  hand.Live({1, 2, j}, kWhile);
  EXPECT_EQ(hand[j].state(), State::kInSync);
  EXPECT_TRUE(hand[j].hash_equal());
  EXPECT_EQ(hand[1].live_members(), 3);
  EXPECT_EQ(hand[j].live_members(), 3);
  EXPECT_EQ(hand[j].next(), hand[1].next());
  hand.Live({j}, 100);
  EXPECT_EQ(hand[j].live_members(), 1) << "and it carries on alone";
  EXPECT_EQ(hand[j].state(), State::kInSync);
  EXPECT_EQ(hand[j].Submit(Gain(1, hand.In(90)), hand.now()), Admission::kAdmitted);
}

TEST(Join, OfOneThatIsSilentHarmsNobody) {  // [a learner's word is needed for nothing]
  Hand hand(2);
  hand.Live({1, 2}, 30);
  hand.Join();
  hand.Live({1, 2}, 100);
  EXPECT_EQ(hand[1].live_members(), 2);
  EXPECT_EQ(hand[1].next(), hand.now() / Hand::kQuantum + Hand::kPromise);
}

TEST(
    Join,
    WaitsForAMemberThatDoesNotSpeakToItYet) {  // [heard by all: else it would take that for a death]
  Hand hand(2);
  hand.Live({1, 2}, 30);
  const int j = hand.Join();
  const auto live_without_word_of_two = [&](int periods) {
    for (int p = 0; p < periods; ++p) {
      hand.Live({1, 2}, 1);
      hand[j].Tick(hand.now());
      for (const auto& [from, to] : {std::pair(1, j), std::pair(j, 1), std::pair(j, 2)})
        hand.Carry(from, to);
      for (int i = 0; i < 8 && hand[j].Proven(); ++i) {
        hand[j].Advance();
        if (hand[j].WantsHash()) {
          hand[j].NoteHash(hand[j].next(), static_cast<std::uint64_t>(hand[j].next()));
        }
      }
    }
  };
  live_without_word_of_two(5);
  ASSERT_TRUE(hand.Learn(j, 1));
  live_without_word_of_two(kWhile);
  EXPECT_FALSE(hand[j].hash_equal());
  EXPECT_EQ(hand[1].live_members(), 2);
  EXPECT_EQ(hand[2].state(), State::kInSync) << "its plan was late, and nobody held it against it";
  hand.Live({1, 2, j}, kWhile);
  EXPECT_EQ(hand[j].state(), State::kInSync);
  EXPECT_EQ(hand[2].live_members(), 3);
}

TEST(Join, ComputesNothingThatNoMemberHasComputed) {  // [proven head]
  Hand hand(2);
  hand.Live({1, 2}, 30);
  const int j = Learner(hand, {1, 2}, 1);
  hand.Run({1, 2, j}, 3);
  hand.Play(j);
  EXPECT_EQ(hand[j].next(), std::max(hand[1].next(), hand[2].next()))
      << "though all promises reach beyond";
}

TEST(Join, FollowsNobodyWhoseLogIsNotAllHere) {  // [proven head: held >= log_end]
  Hand hand(1);
  hand.Live({1}, 30);
  const int j = Learner(hand, {1}, 1);
  hand.Live({1}, 10);
  wire::FellowMessage message = hand.Message(1, j);
  message.log_end += 1;
  hand[j].OnFellow(message, hand.now());
  EXPECT_FALSE(hand[j].Proven());
  hand.Carry(1, j);
  EXPECT_TRUE(hand[j].Proven());
}

TEST(Join,
     WaitsForOneInSyncThoughATaintedOneIsAhead) {  // [proven head: the tainted one comes second]
  Hand hand(2);
  hand.Live({1, 2}, 30);
  hand[2].Taint();
  const int j = Learner(hand, {1, 2}, 1);
  hand.Run({1, 2, j}, 10);
  hand.Play(2);
  hand.Exchange({1, 2, j});
  EXPECT_FALSE(hand[j].Proven()) << "member 1 has not played it yet";
  hand.Live({1, 2, j}, kWhile);
  EXPECT_EQ(hand[j].state(), State::kInSync);
}

TEST(Join, FollowsATaintedOneWhereNobodyElseIs) {
  Hand hand(2);
  hand.Live({1, 2}, 30);
  hand[2].Taint();
  const int j = Learner(hand, {1, 2}, 1);
  hand.Live({2, j}, kWhile);
  EXPECT_EQ(hand[j].state(), State::kTainted);
}

TEST(Join, AppliesOnlyWhatTheOneItFollowsHasApplied) {  // [marks: which logs contain an event]
  Hand hand(2);
  hand.Live({1, 2}, 30);
  const int j = Learner(hand, {1, 2}, 1);
  // The last words of 2 reach nobody but the joiner.
  const Event event = Gain(1, hand.In(Hand::kPromise + 5));
  ASSERT_EQ(hand[2].Submit(event, hand.now()), Admission::kAdmitted);
  ASSERT_TRUE(hand.Carry(2, j));
  hand.Live({1, j}, kWhile);
  EXPECT_EQ(hand[j].evseq(), hand[1].evseq());
  EXPECT_EQ(hand[j].state(), State::kInSync);
  EXPECT_EQ(hand[1].state(), State::kInSync)
      << "nor is the event pressed upon those who went on without";
  EXPECT_EQ(hand[j].VerdictOf(event.id, event.at), Verdict::kNone);
  EXPECT_EQ(hand[1].VerdictOf(event.id, event.at), Verdict::kExpired);
}

TEST(Join, EntriesOlderThanTheSnapshotNeitherTaintNorRepeat) {  // [Take: before my first packet]
  Hand hand(2);
  hand.Live({1, 2}, 30);
  const int j = hand.Join();
  hand[1].Submit(Gain(1, hand.In(Hand::kPromise + 2)), hand.now());
  hand.Live({1, 2, j}, 10);
  ASSERT_TRUE(hand.Learn(j, 1));
  ASSERT_GT(hand[j].evseq(), 0u) << "it has heard of it, and has it in its state";
  wire::FellowMessage late = hand.Message(2, j);
  late.entries.clear();
  late.entries.push_back(Gain(77, hand.In(-20)));
  late.base = hand.Message(j, 2).ack;
  late.log_end = late.base + 1;
  hand[j].OnFellow(late, hand.now());
  EXPECT_EQ(hand.Message(j, 2).ack, late.log_end) << "it counts as held";
  EXPECT_FALSE(hand.Message(j, 2).tainted);
  hand.Live({1, 2, j}, kWhile);
  EXPECT_EQ(hand[j].evseq(), hand[1].evseq());
}

TEST(Join, WhatALearnerStillNeedsIsNotForgotten) {  // [ForgetPlayed: learners that are heard]
  Hand hand(2);
  hand.Live({1, 2}, 30);
  const int j = Learner(hand, {1, 2}, 1);
  hand[1].Submit(Gain(1, hand.In(Hand::kPromise)), hand.now());
  const std::uint32_t held = hand.Message(j, 1).ack;
  for (int p = 0; p < 60; ++p) {  // it speaks, and hears nothing
    hand.Live({1, 2}, 1);
    hand[j].Tick(hand.now());
    hand.Carry(j, 1);
    hand.Carry(j, 2);
  }
  EXPECT_EQ(hand.Message(1, j).base, held);
  EXPECT_FALSE(hand[j].cut_off());
}

TEST(Join, WhoMissedWhatIsForgottenIsCutOffAndFallsSilent) {
  Hand hand(2);
  hand.Live({1, 2}, 30);
  const int j = Learner(hand, {1, 2}, 1);
  hand[1].Submit(Gain(1, hand.In(Hand::kPromise)), hand.now());
  hand.Live({1, 2}, 100);
  hand.Carry(1, j);
  EXPECT_TRUE(hand[j].cut_off());
  EXPECT_TRUE(hand[j].Fellows().empty());
  EXPECT_FALSE(hand[j].Proven());
}

TEST(Join, ALearnerExcludesNobody) {
  Hand hand(2);
  hand.Live({1, 2}, 30);
  const int j = Learner(hand, {1, 2}, 1);
  for (int p = 0; p < 2 * Hand::kSilence; ++p) {
    hand.Live({1, 2}, 1);
    hand[j].Tick(hand.now());
  }
  EXPECT_TRUE(hand.Message(j, 1).excluded.empty());
}

TEST(Join, IsNoWishOfAnIssuer) {
  Hand hand(1);
  Event join = Gain(1, hand.In(90));
  join.command = Command::kJoin;
  join.value = 5;
  EXPECT_EQ(hand[1].Submit(join, hand.now()), Admission::kNotMember);
}

}  // namespace
}  // namespace continuo::replica
