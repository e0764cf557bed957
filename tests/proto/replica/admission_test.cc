// SPDX-License-Identifier: Apache-2.0
// Which events a replica takes from an issuer, and which it must not; messages are carried by hand.
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

}  // namespace
}  // namespace continuo::replica
