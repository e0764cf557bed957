// SPDX-License-Identifier: Apache-2.0
#include "proto/mcu/frame.h"

#include <gtest/gtest.h>

#include <array>

namespace continuo::mcu {
namespace {

using Bytes = std::array<std::uint8_t, kMaxFrameBytes>;

std::span<const std::uint8_t> PayloadOf(const Bytes& bytes, std::size_t size, FrameType type) {
  Frame frame;
  EXPECT_EQ(ParseFrame(std::span(bytes).first(size), frame), FrameError::kNone);
  EXPECT_EQ(frame.type, type);
  return frame.payload;
}

TEST(McuFrameTest, APingComesOutAsItWentIn) {
  Bytes bytes{};
  const std::size_t size =
      EncodePing({.bridge_ns = 5, .board_ns = 6, .n = 85'536'000'000'007}, bytes);
  Ping ping;
  ASSERT_TRUE(ParsePing(PayloadOf(bytes, size, FrameType::kPing), ping));
  EXPECT_EQ(ping.bridge_ns, 5);
  EXPECT_EQ(ping.board_ns, 6);
  EXPECT_EQ(ping.n, 85'536'000'000'007);
}

TEST(McuFrameTest, AReportComesOutAsItWentIn) {
  Bytes bytes{};
  Report report;
  report.board_ns = 9;
  report.board = "mps2-an386";
  report.boots = 2;
  report.fault_kind = 3;
  report.state = 1;
  report.next = -1;
  report.process_ns_max = 12;
  const std::size_t size = EncodeReport(report, bytes);
  Report again;
  ASSERT_TRUE(ParseReport(PayloadOf(bytes, size, FrameType::kReport), again));
  EXPECT_EQ(again.board, report.board);
  EXPECT_EQ(again.boots, 2u);
  EXPECT_EQ(again.fault_kind, 3u);
  EXPECT_EQ(again.next, -1);
  EXPECT_EQ(again.process_ns_max, 12u);
}

TEST(McuFrameTest, APieceOfAStateComesOutAsItWentInAndLiesWithinIt) {
  Bytes bytes{};
  const std::array<std::uint8_t, 3> some{1, 2, 3};
  StatePiece piece{.ticket = 4,
                   .outcome = StateOutcome::kDone,
                   .replica = 12,
                   .head = {.next = 100, .evseq = 2, .replica_bytes = 40, .total = 60},
                   .offset = 57,
                   .bytes = some};
  StatePiece again;
  std::size_t size = EncodeStatePiece(piece, bytes);
  ASSERT_TRUE(ParseStatePiece(PayloadOf(bytes, size, FrameType::kStatePiece), again));
  EXPECT_EQ(again.head.next, 100);
  EXPECT_EQ(again.head.replica_bytes, 40u);
  EXPECT_EQ(again.offset, 57u);
  EXPECT_TRUE(std::equal(again.bytes.begin(), again.bytes.end(), some.begin(), some.end()));
  piece.offset = 58;
  size = EncodeStatePiece(piece, bytes);
  EXPECT_FALSE(ParseStatePiece(PayloadOf(bytes, size, FrameType::kStatePiece), again));
  piece.offset = 0;
  piece.head.replica_bytes = 61;
  size = EncodeStatePiece(piece, bytes);
  EXPECT_FALSE(ParseStatePiece(PayloadOf(bytes, size, FrameType::kStatePiece), again));
}

TEST(McuFrameTest, AnyDamagedByteIsNoticed) {
  Bytes bytes{};
  const std::size_t size = EncodeVerdict({.id = 77, .verdict = Verdict::kExpired}, bytes);
  Frame frame;
  for (std::size_t i = 0; i < size; ++i) {
    Bytes damaged = bytes;
    damaged[i] ^= 0x10;
    EXPECT_NE(ParseFrame(std::span(damaged).first(size), frame), FrameError::kNone) << i;
  }
  EXPECT_EQ(ParseFrame(std::span(bytes).first(size - 1), frame), FrameError::kDamaged);
  EXPECT_EQ(ParseFrame(std::span(bytes).first(7), frame), FrameError::kTooShort);
}

TEST(McuFrameTest, AnotherReleaseIsToldFromDamage) {
  Bytes bytes{};
  const std::size_t size = EncodeStop(bytes);
  bytes[1] = 99;
  Frame frame;
  EXPECT_EQ(ParseFrame(std::span(bytes).first(size), frame), FrameError::kVersion);
}

}  // namespace
}  // namespace continuo::mcu
