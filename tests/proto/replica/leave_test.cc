// SPDX-License-Identifier: Apache-2.0
// Leaving on purpose, and the witness that takes over. In brackets: the rule that each test guards.
#include <gtest/gtest.h>

#include <array>

#include "proto/replica/joining.h"

namespace continuo::replica {
namespace {

using wire::Standing;

TEST(Leave, ClosesWhenEnoughOthersAreInSync) {
  Hand hand(3);
  hand.Live({1, 2, 3}, 30);
  hand[1].Retire(2);
  hand.Live({1, 2, 3}, 10);
  EXPECT_EQ(hand[1].state(), State::kClosed);
  EXPECT_FALSE(hand[1].Proven());
  EXPECT_EQ(hand[1].Submit(Gain(1, hand.In(90)), hand.now()), Admission::kNotMember);
  EXPECT_EQ(hand[2].live_members(), 2);
  EXPECT_EQ(hand[2].state(), State::kInSync);
}

TEST(Leave, WaitsWhileTooFewWouldBeLeft) {  // [Keepers]
  Hand hand(2);
  hand.Live({1, 2}, 30);
  hand[1].Retire(2);
  hand.Live({1, 2}, 100);
  EXPECT_EQ(hand[1].state(), State::kInSync) << "it goes on as a full member";
  EXPECT_EQ(hand[1].standing(), Standing::kClosing);
  EXPECT_EQ(hand[1].Submit(Gain(1, hand.In(90)), hand.now()), Admission::kAdmitted);
  hand[1].Stay();
  EXPECT_EQ(hand[1].standing(), Standing::kMember);
  hand.Live({1, 2}, 100);
  EXPECT_EQ(hand[1].state(), State::kInSync);
}

TEST(Leave, TheLastOneNeverLeaves) {
  Hand hand(1);
  hand[1].Retire(0);
  hand.Live({1}, 100);
  EXPECT_EQ(hand[1].state(), State::kInSync);
}

TEST(Leave, ATaintedOneIsNoReasonToLeaveForTheClean) {
  Hand hand(2);
  hand.Live({1, 2}, 30);
  hand[2].Taint();
  hand[1].Retire(1);
  hand[2].Retire(1);
  hand.Live({1, 2}, 10);
  EXPECT_EQ(hand[1].state(), State::kInSync);
  hand[1].Stay();
  hand.Live({1, 2}, 10);
  EXPECT_EQ(hand[2].state(), State::kClosed) << "the other way round it is";
}

TEST(Leave, ClosesOnlyWhenAllHaveHeardOfIt) {  // [CloseIfHeard: echo of a message sent since]
  Hand hand(3);
  hand.Live({1, 2, 3}, 30);
  hand[1].Retire(1);
  for (int p = 0; p < 10; ++p) {
    hand.Live({1, 2}, 1);
    hand[3].Tick(hand.now());
    hand.Carry(3, 1);  // which hears nothing
    hand.Carry(3, 2);
  }
  EXPECT_EQ(hand[1].state(), State::kInSync);
  hand.Live({1, 2, 3}, 3);
  EXPECT_EQ(hand[1].state(), State::kClosed);
}

TEST(Leave, WhoWasCountedUponAndIsDeadHoldsItBack) {  // [asked_: heard since enough were there]
  Hand hand(3);
  hand.Live({1, 2, 3}, 30);
  hand.Live({1, 2}, 1);  // 3 is dead
  hand[1].Retire(2);
  hand.Live({1, 2}, 3 * Hand::kSilence);
  EXPECT_EQ(hand[1].state(), State::kInSync);
  EXPECT_EQ(hand[1].live_members(), 2);
}

TEST(Leave, AnOldAnswerDoesNotCountWhenAnotherFallsSilent) {  // [asked_ is taken back]
  Hand hand(3);
  hand.Live({1, 2, 3}, 30);
  hand[3].Taint();
  hand.Live({1, 2, 3}, 2);
  hand[1].Retire(2);  // 3 is tainted: not enough
  hand.Live({1, 2, 3}, 5);
  ASSERT_EQ(hand[1].state(), State::kInSync);
  const int j = hand.Join();
  hand.Live({1, 2, 3, j}, 5);
  ASSERT_TRUE(hand.Learn(j, 1));
  for (int p = 0; p < 300 && !hand[1].Needs(static_cast<Incarnation>(j)); ++p)
    hand.Live({1, 2, 3, j}, 1);
  hand.Live({1, 2, 3, j}, 10);
  ASSERT_EQ(hand[1].state(), State::kInSync);
  hand.Live({1, 3, j}, 3 * Hand::kSilence);  // 2 dies, just before the joiner counts
  EXPECT_EQ(hand[j].state(), State::kInSync);
  EXPECT_EQ(hand[1].state(), State::kInSync) << "only the joiner is left besides";
}

TEST(Leave, TwoAtOnceDoNotCountUponEachOther) {
  Hand hand(2);
  hand.Live({1, 2}, 30);
  hand[1].Retire(1);
  hand[2].Retire(1);
  hand.Live({1, 2}, 100);
  EXPECT_EQ(hand[1].state(), State::kInSync);
  EXPECT_EQ(hand[2].state(), State::kInSync);
}

TEST(Leave, AJoinerCountsOnlyWhenItComputesAsAMember) {  // [Computes: next > from]
  Hand hand(1);
  hand.Live({1}, 30);
  const int j = hand.Join();
  hand[1].Retire(1);
  hand.Live({1, j}, 5);
  ASSERT_TRUE(hand.Learn(j, 1));
  for (int p = 0; p < 300 && hand[1].state() != State::kClosed; ++p) {
    ASSERT_EQ(hand[1].state(), State::kInSync);
    hand.Live({1, j}, 1);
  }
  EXPECT_EQ(hand[1].state(), State::kClosed);
  EXPECT_EQ(hand[j].state(), State::kInSync);
  EXPECT_GE(hand[1].next(), hand[j].joined_from()) << "not a packet is left out";
}

TEST(Leave, AJoinerThatStillFollowsDoesNotCount) {  // [ShownNext]
  Hand hand(2);
  hand.Live({1, 2}, 30);
  const int j = hand.Join();
  hand.Live({1, 2, j}, 5);
  ASSERT_TRUE(hand.Learn(j, 1));
  hand[1].Retire(2);
  int since = 0;
  for (int p = 0; p < 300 && since < 2 * Hand::kSilence; ++p) {
    hand.Live({1, 2}, 1);
    hand[j].Tick(hand.now());
    const bool admitted = hand[1].Needs(static_cast<Incarnation>(j));
    if (!admitted) hand.Carry(2, j);  // then it cannot know that 2 holds its JOIN
    for (const auto& [from, to] : {std::pair(1, j), std::pair(j, 1), std::pair(j, 2)})
      hand.Carry(from, to);
    while (hand[j].Proven()) {
      hand[j].Advance();
      const PacketIndex next = hand[j].next();
      if (hand[j].WantsHash()) hand[j].NoteHash(next, static_cast<std::uint64_t>(next));
    }
    if (admitted && hand[j].standing() == Standing::kMember) ++since;
  }
  ASSERT_EQ(hand[j].state(), State::kLearning);
  EXPECT_EQ(hand[1].state(), State::kInSync);
  hand.Live({1, 2, j}, 10);
  EXPECT_EQ(hand[j].state(), State::kInSync);
  EXPECT_EQ(hand[1].state(), State::kClosed);
}

TEST(Leave, TheClosedHoldsNobodyUpAndIsNotExcluded) {  // [GapOf: closed]
  Hand hand(3);
  hand.Live({1, 2, 3}, 30);
  hand[1].Retire(2);
  hand.Live({1, 2, 3}, 10);
  for (int p = 0; p < 3 * Hand::kSilence; ++p) {
    const PacketIndex before = hand[2].next();
    hand.Live({2, 3}, 1);
    EXPECT_EQ(hand[2].next(), before + 1);
  }
  EXPECT_TRUE(hand.Message(2, 3).excluded.empty());
}

TEST(Leave, ItsLastEntriesAreStillHeard) {  // [GapOf: held < log_end of the closed]
  Hand hand(2);
  hand.Live({1, 2}, 30);
  hand[1].Retire(1);
  hand.Pass(1);
  hand[1].Tick(hand.now());
  hand[2].Tick(hand.now());
  hand.Carry(1, 2);
  hand[1].Submit(Gain(1, hand.In(Hand::kPromise + 3)), hand.now());
  hand.Carry(2, 1);
  ASSERT_EQ(hand[1].state(), State::kClosed);
  wire::FellowMessage last = hand.Message(1, 2);
  ASSERT_EQ(last.entries.size(), 1u);
  last.entries.clear();
  hand[2].OnFellow(last, hand.now());
  EXPECT_FALSE(hand[2].Proven());
  hand.Carry(1, 2);
  EXPECT_TRUE(hand[2].Proven());
  EXPECT_EQ(hand[2].Submit(Gain(1, hand.In(90)), hand.now()), Admission::kHeld);
}

TEST(Leave, IfItsLastEntriesCannotBeHeardItIsExcludedAfterAll) {
  Hand hand(3);
  hand.Live({1, 2, 3}, 30);
  hand[1].Retire(2);
  hand.Live({1, 2, 3}, 10);
  wire::FellowMessage last = hand.Message(1, 2);
  last.log_end += 1;
  hand[2].OnFellow(last, hand.now());
  ASSERT_FALSE(hand[2].Proven());
  hand.Live({2, 3}, 2 * Hand::kSilence);
  EXPECT_TRUE(hand[2].Proven() || hand[2].next() > hand.now() / Hand::kQuantum);
  EXPECT_EQ(hand[2].live_members(), 2);
}

TEST(Leave, TheClosedStillTellsWhoIsExcluded) {
  Hand hand(3);
  hand.Live({1, 2, 3}, 30);
  hand.Live({1, 3}, 60);
  hand[1].Retire(1);
  hand.Live({1, 3}, 10);
  ASSERT_EQ(hand[1].state(), State::kClosed);
  hand.Carry(2, 1);
  EXPECT_TRUE(hand.Carry(1, 2));
  EXPECT_EQ(hand[2].state(), State::kEmpty);
}

/// Of a donor that had not heard yet that it would leave.
std::vector<std::uint8_t> ImageBeforeTheThirdLeft(Hand& hand) {
  hand.Live({1, 2, 3}, 30);
  std::vector<std::uint8_t> image = hand.Image(1);
  hand[3].Retire(2);
  hand.Live({1, 2, 3}, 10);
  EXPECT_EQ(hand[3].state(), State::kClosed);
  return image;
}

TEST(Leave, TheClosedStillTellsANewcomer) {  // [Know: closed]
  Hand hand(3);
  const std::vector<std::uint8_t> before = ImageBeforeTheThirdLeft(hand);
  const int j = hand.Join();
  hand.Live({1, 2, 3, j}, 1);
  ASSERT_TRUE(hand.Learn(j, before));
  hand.Live({1, 2, 3, j}, kWhile);
  EXPECT_EQ(hand[j].state(), State::kInSync);
}

TEST(Join, FailsWhenOneThatHasLeftAndIsForgottenHasNeverSpokenToIt) {  // [IsDeserted]
  Hand hand(3);
  const std::vector<std::uint8_t> before = ImageBeforeTheThirdLeft(hand);
  hand.Drop(3);
  const int j = hand.Join();
  hand.Live({1, 2, j}, 1);
  ASSERT_TRUE(hand.Learn(j, before));
  EXPECT_FALSE(hand[j].deserted()) << "the others may still say what became of it";
  hand.Live({1, 2, j}, kWhile);
  EXPECT_TRUE(hand[j].deserted());
  EXPECT_EQ(hand[j].state(), State::kLearning);
}

TEST(Witness, HoldsTheLogAndComputesNothing) {
  Hand hand(2, 1);
  hand.Live({1, 2}, 30);
  EXPECT_FALSE(hand[2].Proven());
  EXPECT_EQ(hand[2].live_members(), 2);
  const Event event = Gain(1, hand.In(Hand::kPromise + 1));
  hand[1].Submit(event, hand.now());
  EXPECT_EQ(hand[1].VerdictOf(1, event.at), Verdict::kNone) << "it is a holder";
  hand.Exchange({1, 2});
  hand.Exchange({1, 2});
  EXPECT_EQ(hand[1].VerdictOf(1, event.at), Verdict::kCommitted);
  EXPECT_FALSE(hand[2].ShouldResume());
  EXPECT_FALSE(hand[2].Resume(0, 0)) << "not while somebody computes";
}

TEST(Witness, KeepsTheLogFromItsCheckpointAndResumesWithEveryEvent) {
  Hand hand(2, 1);
  EventId id = 1;
  for (int p = 0; p < 40; ++p) {
    hand[1].Submit(Gain(id++, hand.In(Hand::kPromise + 1)), hand.now());
    hand.Live({1, 2}, 3);
    if (p == 20) hand[2].Checkpointed(60);
  }
  const std::uint32_t events = hand[1].evseq();
  std::uint32_t before = 0;  // those that the checkpoint contains
  for (EventId e = 1; e < id; ++e)
    before += (static_cast<int>(e) - 1) * 3 + Hand::kPromise + 1 < 60;
  hand.Live({2}, Hand::kSilence);
  ASSERT_TRUE(hand[2].ShouldResume());
  EXPECT_FALSE(hand[2].Resume(59, 0)) << "before the checkpoint nothing is kept";
  ASSERT_TRUE(hand[2].Resume(60, before));
  hand.Play(2);
  EXPECT_GE(hand[2].evseq(), events);
  EXPECT_EQ(hand[2].state(), State::kInSync);
  EXPECT_FALSE(hand[2].witness());
}

TEST(Witness, NeverPressesAnyoneOut) {
  Hand hand(2, 1);
  hand.Live({1, 2}, 30);
  EXPECT_FALSE(hand[2].Press());
  EXPECT_EQ(hand[2].live_members(), 2);
}

TEST(Witness, IsAdmittedWithoutAHash) {
  Hand hand(1);
  hand.Live({1}, 30);
  const int w = hand.Join(true);
  hand.Live({1, w}, 50);
  EXPECT_EQ(hand[1].live_members(), 1) << "it has learned nothing";
  ASSERT_TRUE(hand.Learn(w, 1));
  hand.Live({1, w}, 100);
  EXPECT_EQ(hand[1].live_members(), 2);
  EXPECT_EQ(hand[w].state(), State::kLearning) << "its checkpoint is from before it was a member";
  hand[w].Checkpointed(hand[1].next());
  EXPECT_EQ(hand[w].state(), State::kInSync);
}

TEST(Witness, WithACheckpointFromBeforeItWasAMemberResumesFlagged) {  // [GoOnAlone]
  Hand hand(1);
  hand.Live({1}, 30);
  const int w = hand.Join(true);
  hand.Live({1, w}, 5);
  ASSERT_TRUE(hand.Learn(w, 1));
  hand.Live({1, w}, 100);
  hand.Live({w}, 4 * Hand::kSilence + 1);
  ASSERT_TRUE(hand[w].ShouldResume());
  ASSERT_TRUE(hand[w].Resume(hand[w].next(), 0));
  EXPECT_EQ(hand[w].state(), State::kTainted);
}

}  // namespace
}  // namespace continuo::replica
