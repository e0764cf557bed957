// SPDX-License-Identifier: Apache-2.0
#include "proto/mcu/clock_told.h"

#include <gtest/gtest.h>

#include <array>

#include "proto/mcu/frame.h"

namespace continuo::mcu {
namespace {

using Bytes = std::array<std::uint8_t, kMaxFrameBytes>;

ClockTold Full() {
  ClockTold told{.number = 7, .domain = 127, .sdo = 1, .media = 3, .t0 = 5, .n0 = -480};
  for (clock::ClockIdentity identity = 1; identity <= 4; ++identity) {
    told.allowed.push_back(identity);
  }
  for (std::uint32_t i = 1; i <= clock::MediaMap::kEntries; ++i) {
    told.map.Add({.version = i, .grandmaster = i, .ptp = 9, .n = 48'000 * i});
  }
  return told;
}

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
  ASSERT_TRUE(ParseClockTold(PayloadOf(Full(), bytes), heard));
  EXPECT_EQ(heard.number, 7u);
  EXPECT_EQ(heard.domain, 127);
  EXPECT_EQ(heard.sdo, 1);
  EXPECT_EQ(heard.allowed, Full().allowed);
  EXPECT_EQ(heard.media, 3u);
  EXPECT_EQ(heard.t0, 5);
  EXPECT_EQ(heard.n0, -480);
  EXPECT_EQ(heard.map, Full().map);
}

TEST(ClockToldTest, WhatCannotBeIsRefused) {
  Bytes bytes{};
  ClockTold heard;
  const auto payload = PayloadOf(Full(), bytes);
  for (std::size_t size = 0; size < payload.size(); ++size) {
    EXPECT_FALSE(ParseClockTold(payload.first(size), heard)) << size;
  }
  ClockTold told = Full();
  told.domain = 128;
  EXPECT_FALSE(ParseClockTold(PayloadOf(told, bytes), heard));
  told = Full();
  told.number = 0;
  EXPECT_FALSE(ParseClockTold(PayloadOf(told, bytes), heard));
  told = Full();
  told.allowed[2] = 0;
  EXPECT_FALSE(ParseClockTold(PayloadOf(told, bytes), heard));
  told = Full();
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
  ByteWriter out(bytes);
  WriteClockReport(report, out);
  ByteReader in(std::span<const std::uint8_t>(bytes).first(out.size()));
  ClockReport heard;
  ASSERT_TRUE(ReadClockReport(in, heard));
  EXPECT_EQ(in.left(), 0u);
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
