// SPDX-License-Identifier: Apache-2.0
#include "proto/mcu/panel.h"

#include <gtest/gtest.h>

#include <array>

#include "proto/mcu/frame.h"

namespace continuo::mcu {
namespace {

using Bytes = std::array<std::uint8_t, kMaxFrameBytes>;

std::span<const std::uint8_t> PayloadOf(const Bytes& bytes, std::size_t size, FrameType type) {
  Frame frame;
  EXPECT_EQ(ParseFrame(std::span(bytes).first(size), frame), FrameError::kNone);
  EXPECT_EQ(frame.type, type);
  return frame.payload;
}

PanelWish FullWish() {
  PanelWish wish{.nonce = 1, .life = 2, .watched = 0x91, .edges_from = 7, .playout = 28'800};
  wish.settled = {1, 2, 3, 4, 5, 6, 7, 8};
  wish.meter = 3;
  while (!wish.relay.full()) wish.relay.push_back({5, 9});
  while (!wish.segments.full()) {
    wish.segments.push_back({.n0 = 1000 + static_cast<MediaTime>(wish.segments.size())});
  }
  return wish;
}

bool IsTaken(const PanelWish& wish) {
  Bytes bytes{};
  PanelWish again;
  const std::size_t size = EncodePanelWish(wish, bytes);
  return ParsePanelWish(PayloadOf(bytes, size, FrameType::kPanelWish), again);
}

TEST(McuPanelTest, AWishComesOutAsItWentIn) {
  Bytes bytes{};
  const PanelWish wish = FullWish();
  const std::size_t size = EncodePanelWish(wish, bytes);
  PanelWish again;
  ASSERT_TRUE(ParsePanelWish(PayloadOf(bytes, size, FrameType::kPanelWish), again));
  EXPECT_EQ(again.nonce, 1u);
  EXPECT_EQ(again.life, 2u);
  EXPECT_EQ(again.settled, wish.settled);
  EXPECT_EQ(again.watched, 0x91);
  EXPECT_EQ(again.edges_from, 7u);
  EXPECT_EQ(again.playout, 28'800);
  EXPECT_EQ(again.meter, 3);
  EXPECT_EQ(again.relay, wish.relay);
  EXPECT_EQ(again.segments, wish.segments);
}

TEST(McuPanelTest, AWishOutOfItsRangesIsNone) {
  const auto with = [](auto change) {
    PanelWish wish = FullWish();
    change(wish);
    return IsTaken(wish);
  };
  EXPECT_TRUE(with([](PanelWish&) {}));
  EXPECT_FALSE(with([](PanelWish& wish) { wish.nonce = 0; }));
  EXPECT_FALSE(with([](PanelWish& wish) { wish.playout = 480'001; }));
  EXPECT_FALSE(with([](PanelWish& wish) { wish.meter = 5; }));
  EXPECT_FALSE(with([](PanelWish& wish) { wish.relay[1] = {9, 9}; }));
  EXPECT_FALSE(with([](PanelWish& wish) { wish.relay[1].from = -1; }));
  EXPECT_FALSE(with([](PanelWish& wish) { wish.relay[1].to = session::kTickLimit; }));
  EXPECT_FALSE(with([](PanelWish& wish) { wish.segments[2].n0 = wish.segments[1].n0; }));
  EXPECT_FALSE(with([](PanelWish& wish) { wish.segments[0].tempo_mbpm = 0; }));
}

PanelTold FullTold() {
  PanelTold told{.life = 3, .positions = {0, 1, 2, kKnobMost, 1, 0, 1, 0}};
  told.coalesced = 4;
  told.lost = 5;
  told.next_edge = 6;
  for (std::uint8_t i = 0; i < kPanelInputs; ++i) {
    told.moves.push_back({.input = i, .number = 9, .value = 1, .at = 10});
  }
  while (!told.edges.full()) {
    told.edges.push_back({.number = 1, .output = 7, .level = kBrightest, .due = 11, .at = 12});
  }
  return told;
}

bool IsTaken(const PanelTold& told) {
  Bytes bytes{};
  PanelTold again;
  const std::size_t size = EncodePanelTold(told, bytes);
  return ParsePanelTold(PayloadOf(bytes, size, FrameType::kPanelTold), again);
}

TEST(McuPanelTest, WhatIsToldComesOutAsItWentIn) {
  Bytes bytes{};
  const PanelTold told = FullTold();
  const std::size_t size = EncodePanelTold(told, bytes);
  PanelTold again;
  ASSERT_TRUE(ParsePanelTold(PayloadOf(bytes, size, FrameType::kPanelTold), again));
  EXPECT_EQ(again.life, 3u);
  EXPECT_EQ(again.positions, told.positions);
  EXPECT_EQ(again.coalesced, 4u);
  EXPECT_EQ(again.lost, 5u);
  EXPECT_EQ(again.next_edge, 6u);
  ASSERT_EQ(again.moves.size(), kPanelInputs);
  EXPECT_EQ(again.moves[7].input, 7);
  EXPECT_EQ(again.moves[7].number, 9u);
  EXPECT_EQ(again.moves[7].value, 1);
  EXPECT_EQ(again.moves[7].at, 10);
  ASSERT_EQ(again.edges.size(), 16u);
  EXPECT_EQ(again.edges[15].output, 7);
  EXPECT_EQ(again.edges[15].level, kBrightest);
  EXPECT_EQ(again.edges[15].due, 11);
  EXPECT_EQ(again.edges[15].at, 12);
}

TEST(McuPanelTest, WhatIsToldOutOfItsRangesIsNone) {
  const auto with = [](auto change) {
    PanelTold told = FullTold();
    change(told);
    return IsTaken(told);
  };
  EXPECT_TRUE(with([](PanelTold&) {}));
  EXPECT_FALSE(with([](PanelTold& told) { told.life = 0; }));
  EXPECT_FALSE(with([](PanelTold& told) { told.positions[0] = kKnobMost + 1; }));
  EXPECT_FALSE(with([](PanelTold& told) { told.positions[4] = 2; }));
  EXPECT_FALSE(with([](PanelTold& told) { told.moves[0].input = 8; }));
  EXPECT_FALSE(with([](PanelTold& told) { told.moves[0].number = 0; }));
  EXPECT_FALSE(with([](PanelTold& told) { told.moves[4].value = 2; }));
  EXPECT_FALSE(with([](PanelTold& told) { told.moves[4].at = -1; }));
  EXPECT_FALSE(with([](PanelTold& told) { told.edges[0].output = 8; }));
  EXPECT_FALSE(with([](PanelTold& told) { told.edges[0].level = 5; }));
}

}  // namespace
}  // namespace continuo::mcu
