// SPDX-License-Identifier: Apache-2.0
#include "proto/mcu/hearing.h"

#include <gtest/gtest.h>

#include <array>

#include "proto/mcu/frame.h"

namespace continuo::mcu {
namespace {

using Bytes = std::array<std::uint8_t, kMaxFrameBytes>;

/// With all that has room.
HearingTold Full() {
  HearingTold told{.part = 12, .input = 7, .inputs = 8, .said = {}, .heard = {}};
  told.said = {.packets = 1, .repairs = 2, .bytes = 1ull << 40, .computed = {}};
  Heard& heard = told.heard;
  heard.received = 1;
  heard.duplicates = 2;
  heard.repaired = 3;
  heard.reordered = 4;
  heard.late = 5;
  heard.lost = 6;
  heard.tainted = 7;
  heard.nacks = 8;
  heard.bytes = 1ull << 41;
  heard.margin_min = -9;
  heard.jitter = 10;
  for (std::size_t i = 0; i < kDelayBins; ++i) {
    heard.came.beyond[i] = static_cast<std::uint32_t>(i);
    told.said.computed.beyond[i] = static_cast<std::uint32_t>(100 + i);
  }
  heard.came.least = -12;
  heard.came.sum = -(std::int64_t{1} << 40);
  while (!heard.dropouts.full()) {
    heard.dropouts.push_back({.first = PacketIndex{1} << 40, .packets = 11});
  }
  return told;
}

TEST(HearingTest, WhatIsToldComesOutAsItWentIn) {
  Bytes bytes{};
  const HearingTold told = Full();
  const std::size_t size = EncodeHearingTold(told, bytes);
  Frame frame;
  ASSERT_EQ(ParseFrame(std::span(bytes).first(size), frame), FrameError::kNone);
  EXPECT_EQ(frame.type, FrameType::kHearingTold);
  HearingTold again;
  ASSERT_TRUE(ParseHearingTold(frame.payload, again));
  EXPECT_EQ(again.part, 12u);
  EXPECT_EQ(again.inputs, 8);
  EXPECT_EQ(again.said.bytes, told.said.bytes);
  EXPECT_EQ(again.said.computed.beyond, told.said.computed.beyond);
  EXPECT_EQ(again.heard.bytes, told.heard.bytes);
  EXPECT_EQ(again.heard.margin_min, -9);
  EXPECT_EQ(again.heard.nacks, 8u);
  EXPECT_EQ(again.heard.jitter, 10u);
  EXPECT_EQ(again.heard.came.least, -12);
  EXPECT_EQ(again.heard.came.sum, told.heard.came.sum);
  EXPECT_EQ(again.heard.dropouts, told.heard.dropouts);
  Bytes once_more{};
  EXPECT_EQ(EncodeHearingTold(again, once_more), size);
  EXPECT_EQ(once_more, bytes);
}

TEST(HearingTest, OfNobodyOrOfAnInputThatIsNotThereNothingIsTaken) {
  Bytes bytes{};
  HearingTold again;
  const auto parses = [&](const HearingTold& told) {
    const std::size_t size = EncodeHearingTold(told, bytes);
    return ParseHearingTold(std::span(bytes).subspan(4, size - kFrameOverhead), again);
  };
  HearingTold told = Full();
  EXPECT_TRUE(parses(told));
  told.part = 0;
  EXPECT_FALSE(parses(told));
  told = Full();
  told.input = told.inputs;
  EXPECT_FALSE(parses(told));
  told = Full();
  told.heard.dropouts[3].packets = 0;
  EXPECT_FALSE(parses(told));
  HearingWish wish;
  std::size_t size = EncodeHearingWish({.part = 3, .input = 2}, bytes);
  ASSERT_TRUE(ParseHearingWish(std::span(bytes).subspan(4, size - kFrameOverhead), wish));
  EXPECT_EQ(wish.input, 2);
  size = EncodeHearingWish({.part = 0, .input = 2}, bytes);
  EXPECT_FALSE(ParseHearingWish(std::span(bytes).subspan(4, size - kFrameOverhead), wish));
  EXPECT_EQ(EncodeHearingWish({.part = 3, .input = 2}, std::span(bytes).first(11)), 0u);
}

TEST(HearingTest, ADelayIsInTheBinThatBeginsBeforeIt) {
  EXPECT_EQ(DelayBinOf(0), 0u);
  EXPECT_EQ(DelayBinOf(11), 0u);
  EXPECT_EQ(DelayBinOf(12), 1u) << "0.25 ms";
  EXPECT_EQ(DelayBinOf(FramesOfMs(10'000)), kDelayBins - 1);
  for (std::size_t bin = 1; bin < kDelayBins; ++bin) {
    EXPECT_EQ(DelayBinOf(DelayEdge(bin)), bin);
    EXPECT_EQ(DelayBinOf(DelayEdge(bin) - 1), bin - 1);
  }
}

TEST(HearingTest, AQuantileIsTheEndOfItsBin) {
  DelayBins bins{};
  EXPECT_EQ(DelayWithin(bins, 500), 0);
  bins[0] = 98;
  bins[DelayBinOf(FramesOfMs(4))] = 1;
  bins[DelayBinOf(FramesOfMs(5000))] = 1;
  EXPECT_EQ(DelayWithin(bins, 980), FramesOfMs(1) / 4);
  EXPECT_EQ(DelayWithin(bins, 990), FramesOfMs(6));
  EXPECT_EQ(DelayWithin(bins, 1000), FramesOfMs(768));
}

TEST(HearingTest, DelaysVaryBeyondTheLeastUntilThen) {
  Delays delays;
  EXPECT_EQ(delays.Mean(), 0);
  for (const Frames delay : {-1000, -1010, -962}) delays.Note(delay);
  EXPECT_EQ(delays.least, -1010);
  EXPECT_EQ(delays.Count(), 3);
  EXPECT_EQ(delays.Mean(), -990);
  EXPECT_EQ(delays.beyond[0], 2u);
  EXPECT_EQ(delays.beyond[DelayBinOf(48)], 1u);
}

}  // namespace
}  // namespace continuo::mcu
