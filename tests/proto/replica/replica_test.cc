// SPDX-License-Identifier: Apache-2.0
// One test or two for each rule of the agreement; messages are carried by hand.
#include "proto/replica/replica.h"

#include <gtest/gtest.h>

#include "proto/replica/hand.h"

namespace continuo::replica {
namespace {

std::vector<EventId> EventsOfNext(const Replica& replica) {
  std::array<Event, Replica::kMaxEventsPerPacket> events;
  const int count = replica.EventsOfNext(events);
  std::vector<EventId> ids;
  for (int i = 0; i < count; ++i) ids.push_back(events[static_cast<std::size_t>(i)].id);
  return ids;
}

TEST(Admission, DatedBelowThePromiseIsTooLate) {
  Hand hand(2);
  EXPECT_EQ(hand[1].Submit(Gain(1, hand.In(Hand::kPromise) - 1), hand.now()), Admission::kTooLate);
  EXPECT_EQ(hand[1].Submit(Gain(1, hand.In(Hand::kPromise)), hand.now()), Admission::kAdmitted);
  EXPECT_EQ(hand[1].Submit(Gain(1, hand.In(Hand::kPromise)), hand.now()), Admission::kHeld);
}

TEST(Admission, APromiseOutlivesTheFellowItWasGivenTo) {
  Hand hand(2);
  hand.Run({1, 2}, 10);
  const MediaTime promised = hand.Message(1, 2).promise;
  hand.Run({1}, Hand::kSilence);
  ASSERT_EQ(hand[1].live_members(), 1);
  EXPECT_GE(hand.Message(1, 2).promise, promised);
  EXPECT_EQ(hand[1].Submit(Gain(1, promised - 1), hand.now()), Admission::kTooLate);
}

TEST(Admission, AFullLogSaysSoAndFitsAgainAfterPlaying) {
  Hand hand(2);
  EventId id = 1;
  const MediaTime start = hand.In(Hand::kPromise);
  for (int p = 0; p < 17; ++p) {
    const MediaTime at = start + (2 * p + 10) * Hand::kQuantum;
    for (int i = 0; i < EventLog::kAdmissiblePerPacket; ++i)
      ASSERT_EQ(hand[1].Submit(Gain(id++, at), hand.now()), Admission::kAdmitted);
    EXPECT_EQ(hand[1].Submit(Gain(9000, at), hand.now()), Admission::kLogFull)
        << "no more in this packet";
    hand.Run({1, 2}, 2);
  }
  EXPECT_EQ(hand[1].Submit(Gain(9000, hand.In(90)), hand.now()), Admission::kLogFull);
  for (int i = 0; i < 60; ++i) {
    hand.Run({1, 2}, 1);
    hand.Play(1);
    hand.Play(2);
  }
  EXPECT_EQ(hand[2].evseq(), EventLog::kAdmissible);
  EXPECT_EQ(hand[1].Submit(Gain(9000, hand.In(90)), hand.now()), Admission::kAdmitted);
}

TEST(Admission, NoMoreThanFellowsCanHearInTimeIsAdmitted) {
  Hand hand(2);
  hand.Run({1, 2}, 3);
  for (EventId id = 1; id <= 32; ++id) {
    const MediaTime at = hand.In(Hand::kPromise + static_cast<int>(id));
    ASSERT_EQ(hand[1].Submit(Gain(id, at), hand.now()), Admission::kAdmitted);
  }
  EXPECT_EQ(hand[1].Submit(Gain(33, hand.In(90)), hand.now()), Admission::kLogFull);
  hand.Run({1, 2}, 2);
  EXPECT_EQ(hand[1].Submit(Gain(33, hand.In(90)), hand.now()), Admission::kAdmitted);
}

TEST(Admission, AFellowThatIsSilentHoldsUpNoAdmission) {
  Hand hand(2);
  hand.Run({1, 2}, 3);
  hand.Run({1}, 6);
  for (EventId id = 1; id <= 40; ++id) {
    const MediaTime at = hand.In(Hand::kPromise + static_cast<int>(id));
    ASSERT_EQ(hand[1].Submit(Gain(id, at), hand.now()), Admission::kAdmitted);
  }
}

TEST(Admission, TwoThatFillOnePacketAtOnceLoseNothing) {
  Hand hand(3);
  const MediaTime at = hand.In(Hand::kPromise);
  for (EventId id = 1; id <= 30; ++id) {
    ASSERT_EQ(hand[1 + static_cast<int>(id % 3)].Submit(Gain(id, at), hand.now()),
              Admission::kAdmitted);
  }
  hand.Run({1, 2, 3}, 5);
  for (int m = 1; m <= 3; ++m) {
    while (hand[m].next() < Hand::kPromise) {
      ASSERT_TRUE(hand[m].Proven());
      hand[m].Advance();
    }
    EXPECT_EQ(EventsOfNext(hand[m]).size(), 30u);
  }
}

TEST(Proof, NothingIsProvenBeforeAFellowHasSpoken) {
  Hand hand(2);
  EXPECT_FALSE(hand[1].Proven());
  hand.Carry(2, 1);
  EXPECT_TRUE(hand[1].Proven());
}

TEST(Proof, EndsWhereTheLowestPromiseEnds) {
  Hand hand(2);
  hand.Exchange({1, 2});
  EXPECT_EQ(hand.Play(1), Hand::kPromise - 1) << "not beyond my own promise, nor the fellow's";
  hand.Run({1}, 3);
  EXPECT_EQ(hand.Play(1), Hand::kPromise - 1);
  hand.Run({1, 2}, 1);
  EXPECT_EQ(hand.Play(1), Hand::kPromise + 3);
}

TEST(Proof, EvenTheLastOneKeepsBehindItsOwnPromise) {
  Hand hand(2);
  hand.Run({1, 2}, 5);
  hand.Run({1}, Hand::kSilence);
  ASSERT_EQ(hand[1].live_members(), 1);
  EXPECT_EQ(hand.Play(1), 5 + Hand::kSilence + Hand::kPromise - 1);
}

TEST(Proof, APromiseIsWorthNothingWithoutTheLogItCameWith) {
  Hand hand(2);
  hand.Exchange({1, 2});
  for (EventId id = 1; id <= 20; ++id)
    hand[2].Submit(Gain(id, hand.In(50 + static_cast<int>(id))), hand.now());
  hand.Pass(1);
  hand[1].Tick(hand.now());
  hand[2].Tick(hand.now());
  hand.Carry(2, 1);
  EXPECT_FALSE(hand[1].Proven()) << "16 of 20 entries are here";
  hand.Exchange({1, 2});
  hand.Carry(2, 1);
  EXPECT_TRUE(hand[1].Proven());
}

TEST(Proof, WaitsUntilTheFellowHoldsWhatIWouldApply) {
  Hand hand(2);
  hand[1].Submit(Gain(1, hand.In(Hand::kPromise)), hand.now());
  hand.Run({1, 2}, 1);
  hand.Carry(2, 1);
  hand.Play(1);
  hand.Pass(1);
  hand[1].Tick(hand.now());
  hand[2].Tick(hand.now());
  hand[1].Submit(Gain(2, hand.In(Hand::kPromise)), hand.now());
  hand.Run({1}, 2);
  wire::FellowMessage early = hand.Message(2, 1);
  hand[2].Tick(hand.now());
  hand[1].OnFellow(hand.Message(2, 1), hand.now());
  EXPECT_EQ(hand.Play(1), Hand::kPromise + 1) << "up to the packet of event 2, which only I hold";
  hand.Exchange({1, 2});
  hand.Carry(2, 1);
  EXPECT_TRUE(hand[1].Proven());
  EXPECT_EQ(EventsOfNext(hand[1]), std::vector<EventId>{2});
  hand[1].OnFellow(early, hand.now());
  EXPECT_TRUE(hand[1].Proven()) << "an old message takes nothing back";
}

TEST(Proof, EntriesBehindAGapAreNotAdopted) {
  Hand hand(2);
  hand[1].Submit(Gain(1, hand.In(50)), hand.now());
  wire::FellowMessage message = hand.Message(1, 2);
  message.base = 1;
  message.log_end = 2;
  hand[2].OnFellow(message, hand.now());
  EXPECT_EQ(hand.Message(2, 1).ack, 0u);
  EXPECT_FALSE(hand[2].Proven());
}

TEST(Relay, AnEntryThatFindsNoRoomWaitsWithItsOwner) {
  Hand hand(2);
  wire::FellowMessage message = hand.Message(2, 1);
  EventId id = 1;
  while (message.base < 1100) {
    message.entries.clear();
    while (message.entries.push_back(Gain(id, hand.In(5000)))) ++id;
    message.log_end = message.base + 16;
    ++message.seq;
    hand[1].OnFellow(message, hand.now());
    message.base += 16;
  }
  EXPECT_EQ(hand.Message(1, 2).ack, 1024u);
  EXPECT_FALSE(hand[1].Proven());
}

TEST(Relay, WhatIHaveProvenNotToExistTaintsMe) {
  Hand hand(2);
  hand.Exchange({1, 2});
  hand.Play(1);
  wire::FellowMessage message = hand.Message(2, 1);
  message.entries.push_back(Gain(1, 0));
  message.log_end = 1;
  hand[1].OnFellow(message, hand.now());
  EXPECT_EQ(hand[1].state(), State::kTainted);
}

TEST(Relay, AnEntryReachesTheThirdThroughTheSecond) {
  Hand hand(3);
  hand[1].Submit(Gain(1, hand.In(50)), hand.now());
  hand.Carry(1, 2);
  hand.Carry(2, 3);
  EXPECT_EQ(hand[3].Submit(Gain(1, hand.In(50)), hand.now()), Admission::kHeld);
}

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

TEST(Flush, APromiseGivenBeforeAnExclusionProvesNothingAfterIt) {
  Hand hand(3);
  hand.Run({1, 2, 3}, 5);
  hand.Play(1);
  // 3 spreads an event to 2 only and dies; 2 promised before it heard of it.
  hand.Run({1, 2}, Hand::kSilence - 1);
  hand[3].Submit(Gain(1, hand.In(60)), hand.now() - (Hand::kSilence - 1) * Hand::kQuantum);
  const wire::FellowMessage promise = hand.Message(2, 1);
  const wire::FellowMessage last_words = hand.Message(3, 2);
  hand[2].OnFellow(last_words, hand.now());
  hand.Pass(1);
  hand[1].Tick(hand.now());
  ASSERT_EQ(hand[1].live_members(), 2);
  hand[1].OnFellow(promise, hand.now());
  EXPECT_FALSE(hand[1].Proven());
  hand.Carry(1, 2);
  hand.Carry(2, 1);
  EXPECT_TRUE(hand[1].Proven());
  EXPECT_EQ(hand[1].Submit(Gain(1, hand.In(60)), hand.now()), Admission::kHeld);
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

TEST(Verdicts, CommittedWhenAllHoldIt) {
  Hand hand(2);
  const Event event = Gain(1, hand.In(50));
  hand[1].Submit(event, hand.now());
  EXPECT_EQ(hand[1].VerdictOf(1, event.at), Verdict::kNone);
  hand.Carry(1, 2);
  EXPECT_EQ(hand[1].VerdictOf(1, event.at), Verdict::kNone);
  hand.Carry(2, 1);
  EXPECT_EQ(hand[1].VerdictOf(1, event.at), Verdict::kCommitted);
  for (int i = 0; i < 100; ++i) {
    hand.Run({1, 2}, 1);
    hand.Play(1);
    hand.Play(2);
  }
  EXPECT_EQ(hand[1].VerdictOf(1, event.at), Verdict::kCommitted) << "though played long ago";
  EXPECT_EQ(hand[2].VerdictOf(1, event.at), Verdict::kCommitted);
}

TEST(Verdicts, ARefusalIsNotYetExpiry) {
  Hand hand(2);
  const Event event = Gain(1, hand.In(10));
  hand.Exchange({1, 2});
  ASSERT_EQ(hand[1].Submit(event, hand.now()), Admission::kTooLate);
  EXPECT_EQ(hand[1].VerdictOf(1, event.at), Verdict::kNone);
  hand.Play(1);
  EXPECT_EQ(hand[1].VerdictOf(1, event.at), Verdict::kExpired);
  EXPECT_EQ(hand[2].VerdictOf(1, event.at), Verdict::kNone) << "2 has not played it yet";
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

TEST(Taint, FlagsForGoodButKeepsAgreeing) {
  Hand hand(2);
  hand[1].Taint();
  hand.Run({1, 2}, 3);
  EXPECT_EQ(hand[1].state(), State::kTainted);
  EXPECT_TRUE(hand[1].Proven());
  EXPECT_TRUE(hand[2].Proven());
}

}  // namespace
}  // namespace continuo::replica
