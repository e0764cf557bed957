// SPDX-License-Identifier: Apache-2.0
#include "proto/mcu/frame.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

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
  report.fault = {.kind = 3, .pc = 4, .lr = 5, .status = 6, .address = 7, .boot = 8};
  report.process_ns_max = 12;
  report.seal = {0, 1, 2, 3, 4, 5, 6, 7};
  report.parts.push_back({.part = 11, .version = 4, .state = 1, .next = -1, .failure = {}});
  report.parts.push_back({.part = 12, .join = JoinStage::kShadow, .behind = 5, .failure = "no"});
  const std::size_t size = EncodeReport(report, bytes);
  Report again;
  ASSERT_TRUE(ParseReport(PayloadOf(bytes, size, FrameType::kReport), again));
  EXPECT_EQ(again.board, report.board);
  EXPECT_EQ(again.boots, 2u);
  EXPECT_EQ(again.fault, report.fault);
  EXPECT_EQ(again.process_ns_max, 12u);
  EXPECT_EQ(again.seal, report.seal);
  ASSERT_EQ(again.parts.size(), 2u);
  EXPECT_EQ(again.parts[0].part, 11u);
  EXPECT_EQ(again.parts[0].version, 4u);
  EXPECT_EQ(again.parts[0].state, 1);
  EXPECT_EQ(again.parts[0].next, -1);
  EXPECT_EQ(again.parts[1].part, 12u);
  EXPECT_EQ(again.parts[1].join, JoinStage::kShadow);
  EXPECT_EQ(again.parts[1].behind, 5u);
  EXPECT_EQ(again.parts[1].failure, report.parts[1].failure);
}

TEST(McuFrameTest, TheLongestReportFitsAFrame) {
  Bytes bytes{};
  Report report;
  report.board_ns = 9;
  report.board = std::string_view(std::string(32, 'b'));
  report.clock.has = true;
  for (Incarnation part = 1; part <= kMaxParts; ++part) {
    const PartReport one{.part = part, .failure = std::string_view(std::string(80, 'f'))};
    report.parts.push_back(one);
  }
  const std::size_t size = EncodeReport(report, bytes);
  Report again;
  ASSERT_TRUE(ParseReport(PayloadOf(bytes, size, FrameType::kReport), again));
  EXPECT_EQ(again.parts.size(), std::size_t{kMaxParts});
}

TEST(McuFrameTest, AReportOfNobodyIsRefused) {
  Bytes bytes{};
  Report report;
  report.board_ns = 9;
  report.parts.push_back({.part = 0, .failure = {}});
  Report again;
  const std::size_t size = EncodeReport(report, bytes);
  EXPECT_FALSE(ParseReport(PayloadOf(bytes, size, FrameType::kReport), again));
}

TEST(McuFrameTest, WhatIsForAPartNamesIt) {
  Bytes bytes{};
  Event event;
  event.id = 77;
  std::size_t size = EncodeEvent({.part = 12, .event = event}, bytes);
  EventTold told;
  ASSERT_TRUE(ParseEvent(PayloadOf(bytes, size, FrameType::kEvent), told));
  EXPECT_EQ(told.part, 12u);
  EXPECT_EQ(told.event.id, 77u);
  size = EncodeStop(12, bytes);
  Incarnation part = 0;
  ASSERT_TRUE(ParseStop(PayloadOf(bytes, size, FrameType::kStop), part));
  EXPECT_EQ(part, 12u);
  size = EncodeVerdict({.part = 12, .id = 77, .verdict = Verdict::kExpired}, bytes);
  VerdictTold verdict;
  ASSERT_TRUE(ParseVerdict(PayloadOf(bytes, size, FrameType::kVerdict), verdict));
  EXPECT_EQ(verdict.part, 12u);
  EXPECT_EQ(verdict.id, 77u);
  size = EncodePrepared({.part = 12, .version = 3, .error = "no"}, bytes);
  Prepared prepared;
  ASSERT_TRUE(ParsePrepared(PayloadOf(bytes, size, FrameType::kPrepared), prepared));
  EXPECT_EQ(prepared.part, 12u);
  EXPECT_EQ(prepared.version, 3u);
}

TEST(McuFrameTest, WhatIsForNobodyIsRefused) {
  Bytes bytes{};
  Event event;
  event.id = 77;
  std::size_t size = EncodeEvent({.part = 0, .event = event}, bytes);
  EventTold told;
  EXPECT_FALSE(ParseEvent(PayloadOf(bytes, size, FrameType::kEvent), told));
  size = EncodeStop(0, bytes);
  Incarnation part = 0;
  EXPECT_FALSE(ParseStop(PayloadOf(bytes, size, FrameType::kStop), part));
  size = EncodeStateWish({.ticket = 1, .replica = 0}, bytes);
  StateWish wish;
  EXPECT_FALSE(ParseStateWish(PayloadOf(bytes, size, FrameType::kStateWish), wish));
}

TEST(McuFrameTest, ATrialComesOutAsItWentIn) {
  Bytes bytes{};
  TrialWish wish{.ticket = 4, .kernel = 2, .samples = 480'000, .seed = 0x123456789abcdef0};
  TrialWish wished;
  std::size_t size = EncodeTrialWish(wish, bytes);
  ASSERT_TRUE(ParseTrialWish(PayloadOf(bytes, size, FrameType::kTrialWish), wished));
  EXPECT_EQ(wished.ticket, 4u);
  EXPECT_EQ(wished.kernel, 2);
  EXPECT_EQ(wished.samples, 480'000u);
  EXPECT_EQ(wished.seed, 0x123456789abcdef0u);
  for (const std::uint32_t samples : {0u, 480'001u}) {
    wish.samples = samples;
    size = EncodeTrialWish(wish, bytes);
    EXPECT_FALSE(ParseTrialWish(PayloadOf(bytes, size, FrameType::kTrialWish), wished)) << samples;
  }
  TrialTold told{.ticket = 4, .done = true, .kernel = {}, .hash = 7, .block_ns_max = 9};
  told.kernel = "compressor";
  TrialTold heard;
  size = EncodeTrialTold(told, bytes);
  ASSERT_TRUE(ParseTrialTold(PayloadOf(bytes, size, FrameType::kTrialTold), heard));
  EXPECT_TRUE(heard.done);
  EXPECT_EQ(heard.kernel.view(), "compressor");
  EXPECT_EQ(heard.hash, 7u);
  EXPECT_EQ(heard.block_ns_max, 9u);
  told.ticket = 0;
  size = EncodeTrialTold(told, bytes);
  EXPECT_FALSE(ParseTrialTold(PayloadOf(bytes, size, FrameType::kTrialTold), heard));
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
  const std::size_t size =
      EncodeVerdict({.part = 1, .id = 77, .verdict = Verdict::kExpired}, bytes);
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
  const std::size_t size = EncodeStop(12, bytes);
  bytes[1] = 99;
  Frame frame;
  EXPECT_EQ(ParseFrame(std::span(bytes).first(size), frame), FrameError::kVersion);
}

}  // namespace
}  // namespace continuo::mcu
