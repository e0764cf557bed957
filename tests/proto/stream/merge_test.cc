// SPDX-License-Identifier: Apache-2.0
#include "proto/stream/merge.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "proto/stream/stream_fixture.h"

namespace continuo::stream {
namespace {

constexpr PacketIndex kFirst = 65'530;  // the sequence number wraps within the first packets
constexpr int kSlots = 16;

class MergeTest : public ::testing::Test {
 protected:
  MergeTest() { Prepare(stream_.Config(kFirst, kSlots)); }
  void Prepare(const MergeConfig& config) {
    memory_.Give([&](Arena& arena) { return merge_.Prepare(config, arena); });
    a_ = merge_.LegOf(11, 0);
    b_ = merge_.LegOf(12, 0);
  }
  Offer Good(PacketIndex k, int leg, std::uint8_t flags = 0) {
    const auto payload = stream_.Payload(k);
    return merge_.Take(stream_.Packet(k, payload, flags), leg);
  }
  Offer Bad(PacketIndex k, int leg, std::uint8_t flags = 0) {
    auto payload = stream_.Payload(k);
    payload.back() ^= 1;
    return merge_.Take(stream_.Packet(k, payload, flags), leg);
  }
  Offer Take(wire::RtpPacket packet) {
    const auto payload = stream_.Payload(kFirst);
    packet.payload = payload;
    return merge_.Take(packet, a_);
  }
  bool HoldsRight(PacketIndex k) const {
    Selected selected;
    if (!merge_.At(k, selected)) return false;
    const auto payload = stream_.Payload(k);
    return selected.payload.size() == payload.size() &&
           std::memcmp(selected.payload.data(), payload.data(), payload.size()) == 0;
  }
  const LegCounters& Counters(int leg) const { return merge_.legs()[leg].counters; }

  TestStream stream_;
  TestMemory memory_;
  Merge merge_;
  int a_ = -1, b_ = -1;
};

TEST_F(MergeTest, TheFirstCopyWins) {
  EXPECT_EQ(Good(kFirst, a_), Offer::kStored);
  EXPECT_EQ(Good(kFirst, b_), Offer::kDuplicate);
  EXPECT_TRUE(HoldsRight(kFirst));
  merge_.Release(kFirst);
  EXPECT_EQ(Counters(a_).selected, 1u);
  EXPECT_EQ(Counters(b_).selected, 0u);
  EXPECT_EQ(Counters(b_).received, 1u);
}

TEST_F(MergeTest, SequenceWrapIsNotAGap) {
  for (PacketIndex k = kFirst; k < kFirst + 100; ++k) {
    EXPECT_EQ(Good(k, a_), Offer::kStored);
    EXPECT_TRUE(HoldsRight(k));
    merge_.Release(k);
  }
  EXPECT_EQ(Counters(a_).selected, 100u);
}

TEST_F(MergeTest, ReorderedPacketsFindTheirPlaces) {
  for (const int i : {3, 0, 7, 1, 15, 2}) EXPECT_EQ(Good(kFirst + i, a_), Offer::kStored);
  EXPECT_EQ(merge_.newest(), kFirst + 15);
  EXPECT_EQ(merge_.next(), kFirst);
  for (const int i : {0, 1, 2, 3, 7, 15}) EXPECT_TRUE(HoldsRight(kFirst + i));
  Selected selected;
  EXPECT_FALSE(merge_.At(kFirst + 4, selected));
}

TEST_F(MergeTest, TheSameLegTwiceIsADuplicate) {
  EXPECT_EQ(Good(kFirst, a_), Offer::kStored);
  EXPECT_EQ(Good(kFirst, a_), Offer::kDuplicate);
}

TEST_F(MergeTest, AnUntaintedCopyReplacesATaintedOne) {
  EXPECT_EQ(Bad(kFirst, a_, wire::kFlagTainted), Offer::kStored);
  Selected selected;
  ASSERT_TRUE(merge_.At(kFirst, selected));
  EXPECT_TRUE(selected.tainted);
  EXPECT_EQ(Good(kFirst, b_), Offer::kStored);
  ASSERT_TRUE(merge_.At(kFirst, selected));
  EXPECT_FALSE(selected.tainted);
  EXPECT_EQ(selected.leg, b_);
  EXPECT_TRUE(HoldsRight(kFirst));
  EXPECT_EQ(merge_.divergences(), 0u);
}

TEST_F(MergeTest, ATaintedCopyNeverReplacesAnything) {
  EXPECT_EQ(Good(kFirst, a_), Offer::kStored);
  EXPECT_EQ(Bad(kFirst, b_, wire::kFlagTainted), Offer::kDuplicate);
  EXPECT_TRUE(HoldsRight(kFirst));
  EXPECT_EQ(Good(kFirst + 1, a_, wire::kFlagConcealed), Offer::kStored);
  EXPECT_EQ(Bad(kFirst + 1, b_, wire::kFlagTainted), Offer::kDuplicate);
  EXPECT_TRUE(HoldsRight(kFirst + 1));
  EXPECT_EQ(merge_.divergences(), 0u);
}

TEST_F(MergeTest, ADifferingCopyIsNamedAndNotPlayed) {
  EXPECT_EQ(Good(kFirst + 2, b_), Offer::kStored);
  EXPECT_EQ(Bad(kFirst + 2, a_), Offer::kDivergent);
  EXPECT_TRUE(HoldsRight(kFirst + 2));
  EXPECT_EQ(merge_.divergences(), 1u);
  Merge::Divergence told;
  ASSERT_TRUE(merge_.TakeDivergence(told));
  EXPECT_EQ(told.k, kFirst + 2);
  EXPECT_EQ(told.kept, b_);
  EXPECT_EQ(told.differing, a_);
  EXPECT_FALSE(merge_.TakeDivergence(told)) << "once is enough";
}

// Said which line was removed to see it fail: either of the two that tell of `agreeing`.
TEST_F(MergeTest, OfThreeTheOddOneIsInEveryPairThatIsTold) {
  using Pairs = std::set<std::pair<Incarnation, Incarnation>>;
  const int c = merge_.LegOf(33, 0), wrong = merge_.LegOf(44, 0), wrong_too = merge_.LegOf(44, 1);
  std::array<int, 4> order = {a_, c, wrong, wrong_too};
  const auto of = [this](int leg) { return merge_.legs()[leg].incarnation; };
  PacketIndex k = kFirst;
  do {
    for (const int leg : order) of(leg) == 44 ? Bad(k, leg) : Good(k, leg);
    Pairs pairs;
    for (Merge::Divergence told; merge_.TakeDivergence(told);) {
      EXPECT_EQ(told.k, k);
      const bool is_new = pairs.insert(std::minmax({of(told.kept), of(told.differing)})).second;
      EXPECT_TRUE(is_new) << "told twice";
    }
    EXPECT_EQ(pairs, (Pairs{{11, 44}, {33, 44}}));
    merge_.Release(k++);
  } while (std::next_permutation(order.begin(), order.end()));
  EXPECT_EQ(k, kFirst + 24);
}

TEST_F(MergeTest, DivergenceIsSeenAfterTheFirstCopyWasUsed) {
  Good(kFirst, a_);
  merge_.Release(kFirst);
  EXPECT_EQ(Good(kFirst, b_), Offer::kDuplicate);
  EXPECT_EQ(Bad(kFirst, b_), Offer::kDivergent);
  EXPECT_EQ(Counters(b_).late, 0u);
  Selected selected;
  EXPECT_FALSE(merge_.At(kFirst, selected));
}

TEST_F(MergeTest, ACopyOfAPacketGivenUpIsLate) {
  merge_.Release(kFirst);
  EXPECT_EQ(Good(kFirst, a_), Offer::kLate);
  EXPECT_EQ(Counters(a_).late, 1u);
  EXPECT_EQ(Counters(a_).received, 0u);
  EXPECT_EQ(Good(kFirst - 1, a_), Offer::kLate) << "before the stream began";
}

TEST_F(MergeTest, OneWhoComesLateIsGivenWhatIsStillHere) {
  for (PacketIndex k = kFirst; k < kFirst + 20; ++k) {
    Good(k, a_);
    merge_.Release(k);
  }
  merge_.Reopen(kFirst + 10);
  EXPECT_EQ(merge_.next(), kFirst + 10);
  for (PacketIndex k = kFirst + 10; k < kFirst + 20; ++k) EXPECT_TRUE(HoldsRight(k)) << k;
  EXPECT_EQ(Bad(kFirst + 15, b_), Offer::kDivergent);
  merge_.Release(kFirst + 19);
  EXPECT_EQ(Counters(a_).selected, 20u) << "each once";
  merge_.Reopen(0);
  EXPECT_EQ(merge_.next(), kFirst + 4) << "those before it have lost their slots";
}

TEST_F(MergeTest, AHoleOrATaintedPacketEndsWhatIsGivenBack) {
  for (PacketIndex k = kFirst; k < kFirst + 10; ++k) {
    if (k == kFirst + 2) continue;
    Good(k, a_, k == kFirst + 6 ? wire::kFlagTainted : 0);
  }
  merge_.Release(kFirst + 9);
  merge_.Reopen(0);
  EXPECT_EQ(merge_.next(), kFirst + 7) << "nobody can compute with what was never here";
}

TEST_F(MergeTest, TheUntaintedCopyThatCameAfterTheTaintedOneWasUsedIsLate) {
  Bad(kFirst, a_, wire::kFlagTainted);
  merge_.Release(kFirst);
  EXPECT_EQ(Good(kFirst, b_), Offer::kLate);
}

TEST_F(MergeTest, BeyondTheRingIsTooEarly) {
  EXPECT_EQ(Good(kFirst + kSlots - 1, a_), Offer::kStored);
  EXPECT_EQ(Good(kFirst + kSlots, a_), Offer::kTooEarly);
  EXPECT_EQ(merge_.newest(), kFirst + kSlots - 1);
  merge_.Release(kFirst);
  EXPECT_EQ(Good(kFirst + kSlots, a_), Offer::kStored);
}

TEST_F(MergeTest, AnOldLapOfTheRingIsNotTakenForThisOne) {
  for (PacketIndex k = kFirst; k < kFirst + kSlots; ++k) Good(k, a_);
  merge_.Release(kFirst + kSlots - 1);
  Selected selected;
  for (PacketIndex k = kFirst + kSlots; k < kFirst + 2 * kSlots; ++k)
    EXPECT_FALSE(merge_.At(k, selected));
  EXPECT_EQ(Good(kFirst + 3, b_), Offer::kDuplicate) << "still there to be compared with";
  EXPECT_EQ(Good(kFirst + 3 + kSlots, b_), Offer::kStored);
  EXPECT_EQ(Good(kFirst + 3, a_), Offer::kLate) << "its slot has gone to the next lap";
}

TEST_F(MergeTest, ReleasingFarAheadCountsOnlyWhatWasThere) {
  Good(kFirst + 1, a_);
  merge_.Release(kFirst + 1'000'000);
  EXPECT_EQ(merge_.next(), kFirst + 1'000'001);
  EXPECT_EQ(Counters(a_).selected, 0u) << "the ring had gone round";
  Good(kFirst + 1'000'003, b_);
  merge_.Release(kFirst + 1'000'004);
  EXPECT_EQ(Counters(b_).selected, 1u);
  merge_.Release(kFirst);
  EXPECT_EQ(merge_.next(), kFirst + 1'000'005) << "never back";
}

TEST_F(MergeTest, CopiesOfAnotherStreamAreRefused) {
  const wire::RtpPacket good = stream_.Packet(kFirst, {});
  wire::RtpPacket packet = good;
  packet.epoch = 4;
  EXPECT_EQ(Take(packet), Offer::kRefused);
  packet = good;
  ++packet.generation;
  EXPECT_EQ(Take(packet), Offer::kRefused);
  packet = good;
  ++packet.ssrc;
  EXPECT_EQ(Take(packet), Offer::kRefused);
  packet = good;
  ++packet.sequence;
  EXPECT_EQ(Take(packet), Offer::kRefused);
  packet = good;
  ++packet.timestamp;
  EXPECT_EQ(Take(packet), Offer::kRefused);
  packet = good;
  packet.payload_type = wire::kPayloadTypeControl;
  EXPECT_EQ(Take(packet), Offer::kRefused);
  packet = good;
  packet.epoch = 6;
  EXPECT_EQ(Take(packet), Offer::kStored) << "a newer epoch is welcome";
  EXPECT_EQ(Counters(a_).received, 1u) << "refused copies are not counted on a leg";
}

TEST_F(MergeTest, AnotherSizeIsRefused) {
  auto payload = stream_.Payload(kFirst);
  payload.push_back(0);
  EXPECT_EQ(merge_.Take(stream_.Packet(kFirst, payload), a_), Offer::kRefused);
  payload.resize(payload.size() - 2);
  EXPECT_EQ(merge_.Take(stream_.Packet(kFirst, payload), a_), Offer::kRefused);
}

TEST_F(MergeTest, AControlStreamMayVaryInSize) {
  MergeConfig config = stream_.Config(kFirst, kSlots);
  config.fixed_size = false;
  Prepare(config);
  const std::vector<std::uint8_t> small = {1, 2, 3}, other = {1, 2, 3, 4};
  wire::RtpPacket packet = stream_.Packet(kFirst, small);
  packet.payload_type = wire::kPayloadTypeControl;
  EXPECT_EQ(merge_.Take(packet, a_), Offer::kStored);
  Selected selected;
  ASSERT_TRUE(merge_.At(kFirst, selected));
  EXPECT_EQ(selected.payload.size(), 3u);
  packet.payload = other;
  EXPECT_EQ(merge_.Take(packet, b_), Offer::kDivergent)
      << "a longer one that begins alike is not equal";
}

TEST_F(MergeTest, AJoinerIsComparedAndNeverPlayed) {
  EXPECT_EQ(Good(kFirst, b_, wire::kFlagJoiner), Offer::kDuplicate);
  Selected selected;
  EXPECT_FALSE(merge_.At(kFirst, selected));
  Good(kFirst, a_);
  EXPECT_EQ(Good(kFirst, b_, wire::kFlagJoiner), Offer::kDuplicate);
  EXPECT_EQ(Bad(kFirst, b_, wire::kFlagJoiner), Offer::kDivergent);
  EXPECT_TRUE(HoldsRight(kFirst));
}

TEST_F(MergeTest, AJoinerThatDiffersIsNoFloodOfDivergences) {
  Good(kFirst, a_);
  Good(kFirst + 1, a_);
  EXPECT_EQ(Bad(kFirst, b_, wire::kFlagJoiner), Offer::kDivergent);
  EXPECT_EQ(Bad(kFirst + 1, b_, wire::kFlagJoiner), Offer::kDuplicate);
  EXPECT_EQ(merge_.divergences(), 1u);
  EXPECT_EQ(Bad(kFirst + 1, b_), Offer::kDivergent) << "as a member it is a wrong one like any";
}

TEST_F(MergeTest, RepairedCopiesAreCountedOnTheirLeg) {
  Good(kFirst, a_, wire::kFlagRepair);
  Good(kFirst + 1, a_);
  merge_.Release(kFirst + 1);
  EXPECT_EQ(Counters(a_).repaired, 1u);
  EXPECT_EQ(Counters(a_).selected, 2u);
}

TEST_F(MergeTest, ThereIsNoLegBeyondTheLast) {
  for (int i = 2; i < kMaxLegs; ++i) EXPECT_EQ(merge_.LegOf(100u + static_cast<unsigned>(i), 1), i);
  EXPECT_EQ(merge_.LegOf(200, 0), -1);
  EXPECT_EQ(merge_.LegOf(11, 0), a_);
  EXPECT_EQ(Good(kFirst, -1), Offer::kRefused);
  EXPECT_EQ(Good(kFirst, kMaxLegs), Offer::kRefused);
}

TEST_F(MergeTest, ConfigurationsWithoutSenseAreRefused) {
  alignas(16) static std::uint8_t memory[4096] = {};
  const auto prepares = [&](const MergeConfig& config) {
    Arena arena(memory, sizeof memory);
    return Merge().Prepare(config, arena);
  };
  MergeConfig config = stream_.Config(kFirst, kSlots);
  EXPECT_TRUE(prepares(config));
  config.slots = 12;
  EXPECT_FALSE(prepares(config));
  config = stream_.Config(kFirst, kSlots);
  config.payload_bytes = 0;
  EXPECT_FALSE(prepares(config));
  config.payload_bytes = wire::kMaxPayloadBytes + 1;
  EXPECT_FALSE(prepares(config));
}

TEST_F(MergeTest, LegsOfThoseWhoAreGoneMakeRoomForThoseWhoCome) {
  EXPECT_EQ(Good(kFirst, a_), Offer::kStored);
  for (Incarnation next = 20; next < 20 + 3 * kMaxLegs; ++next) {
    merge_.RecycleLeg(a_);
    a_ = merge_.LegOf(next, 0);
    ASSERT_GE(a_, 0);
    EXPECT_EQ(Counters(a_).received, 0u);
  }
  EXPECT_TRUE(HoldsRight(kFirst)) << "what a leg has brought is played";
  merge_.Release(kFirst);
  EXPECT_EQ(Counters(a_).selected, 0u) << "but not counted for another";
}

}  // namespace
}  // namespace continuo::stream
