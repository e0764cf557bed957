// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/rt/panel.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace continuo::mcu {
namespace {

constexpr Nanoseconds kMs = 1'000'000;
constexpr MediaTime kStart = 48'000'000;

/// A board whose clock reads 1 s when media time is kStart, and a bridge that knows it.
class PanelTest : public testing::Test {
 protected:
  PanelTest() {
    panel_.SetTime({1000 * kMs, kStart});
    wish_.watched = 0xff;
  }

  PanelTold Ask() {
    std::array<std::uint8_t, kMaxFrameBytes> bytes{}, answer{};
    const std::size_t size = EncodePanelWish(wish_, bytes);
    Frame frame;
    EXPECT_EQ(ParseFrame(std::span(bytes).first(size), frame), FrameError::kNone);
    return Read(answer, panel_.Take(frame, now_, 77, answer));
  }
  PanelTold Read(std::span<const std::uint8_t> bytes, std::size_t size) {
    Frame frame;
    PanelTold told;
    if (size == 0) return told;
    EXPECT_EQ(ParseFrame(bytes.first(size), frame), FrameError::kNone);
    EXPECT_EQ(frame.type, FrameType::kPanelTold);
    EXPECT_TRUE(ParsePanelTold(frame.payload, told));
    return told;
  }
  void Run(int blocks) {
    for (int i = 0; i < blocks; ++i, now_ += kMs) on_ = panel_.Run(readings_, now_);
  }

  Panel panel_;
  PanelWish wish_{.nonce = 5};
  PanelReadings readings_{};
  Nanoseconds now_ = 1000 * kMs;
  std::uint8_t on_ = 0;
};

TEST_F(PanelTest, AMoveIsToldUntilItHasItsVerdict) {
  EXPECT_TRUE(Ask().moves.empty());
  Run(10);
  readings_[0] = 1000;
  Run(10);
  std::array<std::uint8_t, kMaxFrameBytes> news{};
  const PanelTold told = Read(news, panel_.TellNews(news));
  ASSERT_EQ(told.moves.size(), 1u);
  EXPECT_EQ(told.moves[0].at, kStart + 10 * 48);
  EXPECT_EQ(panel_.TellNews(news), 0u) << "it is said again when the bridge asks";
  EXPECT_EQ(Ask().moves.size(), 1u);
  wish_.settled[0] = 1;
  wish_.life = told.life + 2;
  EXPECT_EQ(Ask().moves.size(), 1u) << "a verdict for another life is none";
  wish_.life = told.life;
  EXPECT_TRUE(Ask().moves.empty());
}

TEST_F(PanelTest, ALifeIsNamedOnceAndByTheBridgesRandomness) {
  const std::uint64_t life = Ask().life;
  wish_.nonce = 6;
  EXPECT_EQ(Ask().life, life);
  Panel other;
  std::array<std::uint8_t, kMaxFrameBytes> bytes{}, answer{};
  Frame frame;
  ParseFrame(std::span(bytes).first(EncodePanelWish(wish_, bytes)), frame);
  EXPECT_NE(Read(answer, other.Take(frame, now_, 77, answer)).life, life);
}

TEST_F(PanelTest, LampsFollowWhatIsHeardAndEveryEdgeIsKept) {
  wish_.playout = 4800;
  wish_.segments.push_back({.n0 = kStart - 4800 + 480, .tempo_mbpm = 120'000, .playing = true});
  wish_.life = Ask().life;
  std::vector<Edge> tempo;
  for (int i = 0; i < 30; ++i) {
    Run(50);
    const PanelTold told = Ask();
    for (const Edge& edge : told.edges) {
      EXPECT_EQ(edge.number, wish_.edges_from);
      wish_.edges_from = edge.number + 1;
      if (edge.output == 0) tempo.push_back(edge);
    }
  }
  ASSERT_EQ(tempo.size(), 6u);  // beats at 10, 510, 1010 ms
  for (std::size_t i = 0; i < tempo.size(); ++i) {
    const MediaTime due =
        wish_.segments[0].n0 + static_cast<MediaTime>(i / 2) * 24'000 + (i % 2 ? 6000 : 0);
    EXPECT_EQ(tempo[i].due, due);
    EXPECT_EQ(tempo[i].at, due) << "blocks fall on these samples";
    EXPECT_EQ(tempo[i].level, i % 2 ? 0 : (i == 0 ? kBrightest : 2));
  }
}

TEST_F(PanelTest, WhatIsDimmedIsOnForPartOfTheTime) {
  wish_.segments.push_back({.n0 = kStart - 24'000, .tempo_mbpm = 120'000, .playing = true});
  Ask();
  int on = 0;
  for (int i = 0; i < 40; ++i) {
    Run(1);
    on += on_ & 1;
    EXPECT_TRUE(on_ & 2) << "the transport's is bright";
  }
  EXPECT_EQ(on, 20);
}

TEST_F(PanelTest, AMeterThatNobodyTellsShowsNothing) {
  wish_.meter = 4;
  Ask();
  Run(4);
  EXPECT_EQ(on_ & 0xf0, 0xf0);
  Run(1000);
  EXPECT_EQ(on_ & 0xf0, 0);
}

}  // namespace
}  // namespace continuo::mcu
