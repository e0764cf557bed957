// SPDX-License-Identifier: Apache-2.0
#include "proto/stream/identity.h"

#include <gtest/gtest.h>

#include <set>

#include "proto/wire/rtp.h"

namespace continuo::stream {
namespace {

constexpr PacketIndex kToday = 81'600'000'000'000 / 48;

TEST(Identity, TimestampWrapLeadsToTheNearestPacket) {
  for (const int quantum : {6, 12, 16, 32, 48, 64, 96}) {
    for (PacketIndex k = kToday; k < kToday + 1'000'000'000; k += 99'999'989) {
      for (const PacketIndex off : {-20'000'000, -1, 0, 1, 20'000'000}) {
        EXPECT_EQ(PacketIndexFrom(TimestampOf(k, quantum), quantum, k + off), k);
      }
    }
  }
}

TEST(Identity, ATimestampBetweenPacketsIsNone) {
  EXPECT_EQ(PacketIndexFrom(TimestampOf(kToday, 48) + 1, 48, kToday), -1);
  EXPECT_EQ(PacketIndexFrom(TimestampOf(kToday, 48) - 47, 48, kToday), -1);
}

TEST(Identity, NothingLiesBeforeTheEpoch) {
  EXPECT_EQ(PacketIndexFrom(-96u, 48, 1), -1);
}

TEST(Identity, StreamsOfAShowHaveDifferentSsrcs) {
  std::set<std::uint32_t> seen;
  for (std::uint32_t task = 1; task <= 64; ++task) {
    for (std::uint16_t generation = 1; generation <= 4; ++generation) {
      for (std::uint8_t group = 0; group < 3; ++group) {
        EXPECT_TRUE(seen.insert(SsrcOf({task, generation, 0, group})).second);
      }
    }
  }
}

TEST(Identity, GroupsAreAsFewAsHoldTheChannelsAndAlike) {
  for (const int quantum : {6, 12, 16, 32, 48, 64, 96}) {
    const auto bytes = [&](int count) {
      return static_cast<std::size_t>(count * quantum) * sizeof(float);
    };
    const int fitting = static_cast<int>(wire::kMaxPayloadBytes / bytes(1));
    for (int channels = 1; channels <= kMaxChannels; ++channels) {
      const int each = ChannelsPerGroup(quantum, channels);
      EXPECT_GE(each, 1);
      EXPECT_LE(bytes(each), wire::kMaxPayloadBytes);
      const int groups = (channels + each - 1) / each;
      EXPECT_EQ(groups, (channels + fitting - 1) / fitting);
      EXPECT_LE(groups * each - channels, groups - 1) << "what the last one lacks";
    }
  }
  EXPECT_EQ(ChannelsPerGroup(96, 8), 3);
  EXPECT_EQ(ChannelsPerGroup(64, 8), 4);
  EXPECT_EQ(ChannelsPerGroup(64, 5), 5);
  EXPECT_EQ(ChannelsPerGroup(48, 8), 4);
  EXPECT_EQ(ChannelsPerGroup(16, 8), 8);
}

}  // namespace
}  // namespace continuo::stream
