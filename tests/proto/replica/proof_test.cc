// SPDX-License-Identifier: Apache-2.0
// When a packet is proven, what is adopted from fellows, and which verdicts follow; messages are carried by hand.
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
