// SPDX-License-Identifier: Apache-2.0
#include "proto/mcu/clock_told.h"

#include <gtest/gtest.h>

#include <array>

#include "proto/mcu/told.h"

namespace continuo::mcu {
namespace {

using Bytes = std::array<std::uint8_t, kMaxFrameBytes>;

std::span<const std::uint8_t> PayloadOf(const ClockTold& told, Bytes& bytes) {
  Frame frame;
  const std::size_t size = EncodeClockTold(told, bytes);
  EXPECT_EQ(ParseFrame(std::span(bytes).first(size), frame), FrameError::kNone);
  EXPECT_EQ(frame.type, FrameType::kClockTold);
  return frame.payload;
}

TEST(ClockToldTest, WhatABoardIsToldComesOutAsItWentIn) {
  Bytes bytes{};
  ClockTold heard;
  ASSERT_TRUE(ParseClockTold(PayloadOf(FullClock(), bytes), heard));
  EXPECT_EQ(heard.number, 7u);
  EXPECT_EQ(heard.domain, 127);
  EXPECT_EQ(heard.sdo, 1);
  EXPECT_EQ(heard.allowed, FullClock().allowed);
  EXPECT_EQ(heard.media, 3u);
  EXPECT_EQ(heard.t0, 5);
  EXPECT_EQ(heard.n0, -480);
  EXPECT_EQ(heard.map, FullClock().map);
}

TEST(ClockToldTest, WhatCannotBeIsRefused) {
  Bytes bytes{};
  ClockTold heard;
  const auto payload = PayloadOf(FullClock(), bytes);
  EXPECT_FALSE(ParseClockTold(payload.first(payload.size() - 1), heard));
  ClockTold told = FullClock();
  told.domain = 128;
  EXPECT_FALSE(ParseClockTold(PayloadOf(told, bytes), heard));
  told = FullClock();
  told.number = 0;
  EXPECT_FALSE(ParseClockTold(PayloadOf(told, bytes), heard));
  told = FullClock();
  told.allowed[2] = 0;
  EXPECT_FALSE(ParseClockTold(PayloadOf(told, bytes), heard));
  told = FullClock();
  told.t0 = -1;
  EXPECT_FALSE(ParseClockTold(PayloadOf(told, bytes), heard));
}

TEST(ClockToldTest, WhatABoardReportsComesOutAsItWentIn) {
  ClockReport report{.has = true, .leads = true, .told = 9, .state = clock::LockState::kHoldover};
  report.port = wire::PtpPortState::kSlave;
  report.allowed = false;
  report.grandmaster = 1;
  report.offset = -2;
  report.path_delay = 3;
  report.error = 4;
  report.held = 5;
  report.drift_ppb = -6;
  report.map_version = 7;
  report.line = {8, 9, -10};
  report.counts[2] = 11;
  Bytes bytes{};
  Report said, told;
  said.board_ns = 1;
  said.clock = report;
  const std::size_t size = EncodeReport(said, bytes);
  Frame frame;
  ASSERT_EQ(ParseFrame(std::span(bytes).first(size), frame), FrameError::kNone);
  ASSERT_TRUE(ParseReport(frame.payload, told));
  const ClockReport& heard = told.clock;
  EXPECT_TRUE(heard.has && heard.leads && !heard.allowed);
  EXPECT_EQ(heard.told, 9u);
  EXPECT_EQ(heard.state, report.state);
  EXPECT_EQ(heard.port, report.port);
  EXPECT_EQ(heard.grandmaster, 1u);
  EXPECT_EQ(heard.offset, -2);
  EXPECT_EQ(heard.path_delay, 3);
  EXPECT_EQ(heard.error, 4);
  EXPECT_EQ(heard.held, 5);
  EXPECT_EQ(heard.drift_ppb, -6);
  EXPECT_EQ(heard.map_version, 7u);
  EXPECT_EQ(heard.line, report.line);
  EXPECT_EQ(heard.counts, report.counts);
  for (std::size_t i = 0; i < kClockCounts; ++i) {
    EXPECT_STRNE(ToString(static_cast<ClockCount>(i)), "");
  }
}

}  // namespace
}  // namespace continuo::mcu
