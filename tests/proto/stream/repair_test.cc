// SPDX-License-Identifier: Apache-2.0
#include "proto/stream/repair.h"

#include <gtest/gtest.h>

#include "proto/stream/stream_fixture.h"

namespace continuo::stream {
namespace {

constexpr PacketIndex kFirst = 1000;
constexpr MediaTime kNow = 1'000'000;

class RepairAskerTest : public ::testing::Test {
 protected:
  RepairAskerTest() {
    memory_.Give([&](Arena& arena) { return merge_.Prepare(stream_.Config(kFirst, 256), arena); });
    leg_ = merge_.LegOf(1, 0);
    asker_.Start({.after = 48, .again = 200}, stream_.quantum);
  }
  void Take(PacketIndex k, std::uint8_t flags = 0) {
    const auto payload = stream_.Payload(k);
    merge_.Take(stream_.Packet(k, payload, flags), leg_);
  }
  bool Ask(MediaTime now, PacketIndex expected_end = 0) {
    return asker_.Ask(merge_, expected_end, now, nack_);
  }
  TestStream stream_;
  TestMemory memory_;
  Merge merge_;
  RepairAsker asker_;
  wire::Nack nack_;
  int leg_ = -1;
};

TEST_F(RepairAskerTest, NothingMissingAsksNothing) {
  for (int i = 0; i < 10; ++i) Take(kFirst + i);
  for (int t = 0; t < 1000; t += 12) EXPECT_FALSE(Ask(kNow + t));
  EXPECT_EQ(asker_.asked(), 0u);
}

TEST_F(RepairAskerTest, AHoleIsAskedForWhenItIsOldEnough) {
  Take(kFirst);
  Take(kFirst + 2);
  EXPECT_FALSE(Ask(kNow));
  EXPECT_FALSE(Ask(kNow + 47)) << "it may only be late";
  ASSERT_TRUE(Ask(kNow + 48));
  EXPECT_EQ(nack_.ssrc, SsrcOf(stream_.id));
  EXPECT_EQ(nack_.first, kFirst + 1);
  EXPECT_EQ(nack_.mask, 1u);
}

TEST_F(RepairAskerTest, NoHoleWaitsLongerThanTwiceItsAge) {
  Take(kFirst);
  EXPECT_FALSE(Ask(kNow));
  Take(kFirst + 2);  // just after the horizon was noted
  MediaTime now = kNow + 12;
  while (!Ask(now)) now += 12;
  EXPECT_LE(now - kNow, 2 * 48 + 12);
  EXPECT_EQ(nack_.first, kFirst + 1);
}

TEST_F(RepairAskerTest, TheMaskNamesEveryHoleOfTheStretch) {
  for (const int i : {0, 3, 4, 63, 65, 70}) Take(kFirst + i);
  Ask(kNow);
  ASSERT_TRUE(Ask(kNow + 48));
  EXPECT_EQ(nack_.first, kFirst + 1);
  const auto bit = [](int i) { return std::uint64_t{1} << (i - 1); };
  EXPECT_EQ(nack_.mask, ~(bit(3) | bit(4) | bit(63)));  // 64 packets from 1 on: 1 to 64
  ASSERT_TRUE(Ask(kNow + 60)) << "the rest follows at once";
  EXPECT_EQ(nack_.first, kFirst + 66);
  EXPECT_EQ(nack_.mask, 0xfu);
  EXPECT_FALSE(Ask(kNow + 72));
}

TEST_F(RepairAskerTest, AHoleIsAskedForAgainUntilItIsFilled) {
  Take(kFirst + 1);
  Ask(kNow);
  ASSERT_TRUE(Ask(kNow + 48));
  EXPECT_FALSE(asker_.insists());
  EXPECT_FALSE(Ask(kNow + 60));
  EXPECT_FALSE(Ask(kNow + 199));
  ASSERT_TRUE(Ask(kNow + 200));
  EXPECT_EQ(nack_.first, kFirst);
  EXPECT_TRUE(asker_.insists());
  EXPECT_FALSE(Ask(kNow + 399));
  Take(kFirst, wire::kFlagRepair);
  EXPECT_FALSE(Ask(kNow + 400));
}

TEST_F(RepairAskerTest, AReleasedHoleIsForgotten) {
  Take(kFirst + 1);
  Ask(kNow);
  merge_.Release(kFirst);
  EXPECT_FALSE(Ask(kNow + 48));
}

TEST_F(RepairAskerTest, ADeadStreamIsAHole) {
  Ask(kNow, kFirst + 3);
  ASSERT_TRUE(Ask(kNow + 48, kFirst + 7));
  EXPECT_EQ(nack_.first, kFirst);
  EXPECT_EQ(nack_.mask, 7u) << "what was expected first only; the others are young";
  ASSERT_TRUE(Ask(kNow + 96, kFirst + 9));
  EXPECT_EQ(nack_.first, kFirst + 3);
  EXPECT_EQ(nack_.mask, 15u);
}

TEST_F(RepairAskerTest, ATaintedPacketIsAskedForOnce) {
  Take(kFirst, wire::kFlagTainted);
  Take(kFirst + 1);
  Ask(kNow);
  ASSERT_TRUE(Ask(kNow + 48));
  EXPECT_EQ(nack_.first, kFirst);
  for (int t = 60; t < 2000; t += 12) EXPECT_FALSE(Ask(kNow + t));
}

TEST_F(RepairAskerTest, WhatNobodyHasDoesNotHideLaterHoles) {
  Take(kFirst + 199);
  Ask(kNow);
  std::vector<PacketIndex> asked;
  for (int t = 48; t < 48 + 5 * 12; t += 12) {
    if (Ask(kNow + t)) asked.push_back(nack_.first);
  }
  EXPECT_EQ(asked, (std::vector<PacketIndex>{kFirst, kFirst + 64, kFirst + 128, kFirst + 192}));
}

TEST_F(RepairAskerTest, NothingBeyondTheRingIsAskedFor) {
  Ask(kNow, kFirst + 10'000);
  merge_.Release(kFirst + 199);
  int asked = 0;
  for (int t = 48; t < 200; t += 12) {
    if (!Ask(kNow + t, kFirst + 10'000)) continue;
    ++asked;
    EXPECT_GE(nack_.first, kFirst + 200);
    EXPECT_LT(nack_.first, kFirst + 200 + 256);
  }
  EXPECT_EQ(asked, 4);
}

class SenderRingTest : public ::testing::Test {
 protected:
  SenderRingTest() {
    memory_.Give([&](Arena& arena) { return ring_.Prepare(8, 100, arena); });
  }
  void Send(PacketIndex k) {
    const auto room = ring_.Room(k);
    ASSERT_EQ(room.size(), 100u);
    std::memset(room.data(), static_cast<int>(k), 10);
    ring_.Commit(k, 10);
  }
  TestMemory memory_;
  SenderRing ring_;
};

TEST_F(SenderRingTest, WhatWasSentIsFound) {
  Send(41);
  const auto found = ring_.Find(41);
  ASSERT_EQ(found.size(), 10u);
  EXPECT_EQ(found[0], 41);
}

TEST_F(SenderRingTest, AfterAWrapTheOldIsGoneAndTheNewIsFound) {
  for (PacketIndex k = 0; k < 20; ++k) Send(k);
  for (PacketIndex k = 0; k < 12; ++k) EXPECT_TRUE(ring_.Find(k).empty()) << k;
  for (PacketIndex k = 12; k < 20; ++k) {
    ASSERT_EQ(ring_.Find(k).size(), 10u);
    EXPECT_EQ(ring_.Find(k)[9], k);
  }
}

TEST_F(SenderRingTest, WhatWasNeverSentIsNotFound) {
  EXPECT_TRUE(ring_.Find(0).empty());
  EXPECT_TRUE(ring_.Find(-1).empty());
  Send(5);
  EXPECT_TRUE(ring_.Find(5 + 8).empty());
}

TEST_F(SenderRingTest, HalfWrittenIsNotFound) {
  Send(5);
  ring_.Room(13);
  EXPECT_TRUE(ring_.Find(5).empty());
  EXPECT_TRUE(ring_.Find(13).empty());
}

}  // namespace
}  // namespace continuo::stream
