// SPDX-License-Identifier: Apache-2.0
#include "proto/replica/event_log.h"

#include <gtest/gtest.h>

#include <memory>

namespace continuo::replica {
namespace {

Event At(EventId id, MediaTime at) {
  return {.at = at, .id = id};
}

class EventLogTest : public ::testing::Test {
 protected:
  std::unique_ptr<EventLog> owner_ = std::make_unique<EventLog>();
  EventLog& log_ = *owner_;
  FixedVector<Event, wire::kMaxEntriesPerMessage> copied_;
};

TEST_F(EventLogTest, EventsActInOrderOfDateAndIdWhateverTheOrderOfArrival) {
  log_.Append(At(3, 100));
  log_.Append(At(1, 100));
  log_.Append(At(2, 50));
  std::array<Event, 4> out;
  ASSERT_EQ(log_.EventsIn(0, 101, out), 3);
  EXPECT_EQ(out[0].id, 2u);
  EXPECT_EQ(out[1].id, 1u);
  EXPECT_EQ(out[2].id, 3u);
  EXPECT_EQ(log_.EventsIn(50, 100, out), 1);
}

TEST_F(EventLogTest, TooSmallARoomStillTellsHowManyThereAre) {
  for (EventId id = 1; id <= 5; ++id) log_.Append(At(id, 10));
  std::array<Event, 2> out;
  EXPECT_EQ(log_.EventsIn(0, 11, out), 5);
}

TEST_F(EventLogTest, EntriesAreRelayedInIndexOrder) {
  for (EventId id = 1; id <= 40; ++id) log_.Append(At(id, 1000 - static_cast<MediaTime>(id)));
  log_.CopyFrom(3, copied_);
  ASSERT_EQ(copied_.size(), 16u);
  EXPECT_EQ(copied_[0].id, 4u);
  EXPECT_EQ(copied_[15].id, 19u);
  log_.CopyFrom(38, copied_);
  EXPECT_EQ(copied_.size(), 2u);
  log_.CopyFrom(40, copied_);
  EXPECT_TRUE(copied_.empty());
}

TEST_F(EventLogTest, WhatMustBeHeldCountsEarlierEntriesOfLaterDate) {
  log_.Append(At(1, 100));
  log_.Append(At(2, 900));
  log_.Append(At(3, 200));
  EXPECT_EQ(log_.EndBelow(100), 0u);
  EXPECT_EQ(log_.EndBelow(101), 1u);
  EXPECT_EQ(log_.EndBelow(201), 3u);
}

TEST_F(EventLogTest, AnEntryLivesUntilAllHavePlayedAndAcknowledgedIt) {
  log_.Append(At(1, 100));
  log_.Append(At(2, 5000));
  log_.Append(At(3, 200));
  log_.Forget(300, 2);
  EXPECT_EQ(log_.EndWith(1), 0u);
  EXPECT_EQ(log_.EndWith(3), 3u);
  log_.CopyFrom(2, copied_);
  EXPECT_EQ(copied_[0].id, 3u);
  log_.Forget(300, 3);
  EXPECT_EQ(log_.EndWith(3), 0u);
  EXPECT_EQ(log_.EndWith(2), 2u) << "a date far ahead keeps no other entry alive, nor is it lost";
  for (EventId id = 1; id <= 3; ++id) EXPECT_TRUE(log_.Holds(id));
  EXPECT_EQ(log_.end(), 3u);
}

TEST_F(EventLogTest, ForgetfulnessIsAdmitted) {
  const auto more = static_cast<EventId>(IdMemory::kCapacity) + 10;
  for (EventId id = 1; id <= more; ++id) {
    const auto at = static_cast<MediaTime>(id);
    ASSERT_TRUE(log_.Append(At(id, at)));
    log_.Forget(at + 1, log_.end());
  }
  EXPECT_FALSE(log_.Holds(10));
  EXPECT_EQ(log_.forgotten_until(), 10);
  EXPECT_TRUE(log_.Holds(11));
}

TEST_F(EventLogTest, FourMembersThatEachAdmitTheirShareFitIntoOneLog) {
  static_assert(EventLog::kAdmissible * wire::kMaxMembers <= EventLog::kCapacity);
  static_assert(EventLog::kAdmissiblePerPacket * wire::kMaxMembers <= EventLog::kMaxPerPacket);
  for (EventId id = 1; id <= EventLog::kCapacity; ++id) {
    EXPECT_EQ(log_.AdmitsMore(), id <= EventLog::kAdmissible);
    ASSERT_TRUE(log_.Append(At(id, 1)));
  }
  EXPECT_FALSE(log_.Append(At(9999, 1)));
  EXPECT_FALSE(log_.Holds(9999));
}

}  // namespace
}  // namespace continuo::replica
