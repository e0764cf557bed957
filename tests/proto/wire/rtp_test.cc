// SPDX-License-Identifier: Apache-2.0
#include "proto/wire/rtp.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <vector>

namespace continuo::wire {
namespace {

using Bytes = std::vector<std::uint8_t>;

const std::array<std::uint8_t, 8> kPayload = {1, 2, 3, 4, 5, 6, 7, 8};

RtpPacket Example() {
  RtpPacket packet;
  packet.sequence = 0x1234;
  packet.timestamp = 0xA1B2C3D4;
  packet.ssrc = 0xDEADBEEF;
  packet.epoch = 7;
  packet.generation = 0x0102;
  packet.incarnation = 0x0304;
  packet.flags = kFlagTainted | kFlagRepair;
  packet.evseq = 99;
  packet.payload = kPayload;
  return packet;
}

Bytes Encoded(const RtpPacket& packet) {
  Bytes bytes(kMaxDatagramBytes);
  bytes.resize(EncodeRtp(packet, bytes));
  return bytes;
}

TEST(Rtp, TheBytesAreThoseOfTheStandards) {
  const Bytes expected = {
      0x90, 96,   0x12, 0x34, 0xA1, 0xB2, 0xC3, 0xD4, 0xDE, 0xAD, 0xBE, 0xEF,  // RFC 3550
      0xBE, 0xDE, 0,    5,                                                     // RFC 8285
      0x1F, 0,    0,    0,    7,    1,    2,    3,    4,    9,    0,    0,    0, 0,
      0,    0,    99,   0,    0,    0,    1,    2,    3,    4,    5,    6,    7, 8};
  EXPECT_EQ(Encoded(Example()), expected);
}

TEST(Rtp, EveryFieldComesBack) {
  const Bytes bytes = Encoded(Example());
  RtpPacket back;
  ASSERT_EQ(ParseRtp(bytes, back), RtpError::kNone);
  const RtpPacket sent = Example();
  EXPECT_EQ(back.payload_type, sent.payload_type);
  EXPECT_EQ(back.sequence, sent.sequence);
  EXPECT_EQ(back.timestamp, sent.timestamp);
  EXPECT_EQ(back.ssrc, sent.ssrc);
  EXPECT_EQ(back.epoch, sent.epoch);
  EXPECT_EQ(back.generation, sent.generation);
  EXPECT_EQ(back.incarnation, sent.incarnation);
  EXPECT_EQ(back.flags, sent.flags);
  EXPECT_EQ(back.evseq, sent.evseq);
  EXPECT_TRUE(std::ranges::equal(back.payload, sent.payload));
}

TEST(Rtp, EveryTruncationOfTheHeaderIsRefused) {
  const Bytes bytes = Encoded(Example());
  RtpPacket back;
  for (std::size_t size = 0; size <= kRtpOverheadBytes; ++size) {
    EXPECT_NE(ParseRtp(std::span(bytes).first(size), back), RtpError::kNone) << size;
  }
}

TEST(Rtp, EveryFlippedHeaderBitIsSeenOrIsOfAField) {
  const Bytes good = Encoded(Example());
  for (std::size_t bit = 0; bit < 8 * kRtpOverheadBytes; ++bit) {
    Bytes bad = good;
    bad[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    RtpPacket back;
    if (ParseRtp(bad, back) != RtpError::kNone || (bad[0] & 0x2f) != 0) continue;
    EXPECT_EQ(Encoded(back), bad) << "bit " << bit;
  }
}

TEST(Rtp, CsrcsAndPaddingAreSkipped) {
  Bytes bytes = Encoded(Example());
  bytes[0] |= 0x20 | 2;
  bytes.insert(bytes.begin() + 12, {9, 9, 9, 9, 8, 8, 8, 8});
  bytes.insert(bytes.end(), {0, 0, 3});
  RtpPacket back;
  ASSERT_EQ(ParseRtp(bytes, back), RtpError::kNone);
  EXPECT_TRUE(std::ranges::equal(back.payload, kPayload));
  EXPECT_EQ(back.evseq, 99u);
}

TEST(Rtp, PaddingThatLiesIsRefused) {
  Bytes bytes = Encoded(Example());
  bytes[0] |= 0x20;
  RtpPacket back;
  bytes.back() = 0;
  EXPECT_EQ(ParseRtp(bytes, back), RtpError::kTooShort);
  bytes.back() = 9;
  EXPECT_EQ(ParseRtp(bytes, back), RtpError::kTooShort);
  bytes.back() = 8;
  EXPECT_EQ(ParseRtp(bytes, back), RtpError::kEmptyPayload);
}

TEST(Rtp, EachKindOfGarbageHasItsName) {
  RtpPacket back;
  Bytes bytes = Encoded(Example());
  bytes[0] = 0x50;
  EXPECT_EQ(ParseRtp(bytes, back), RtpError::kNotVersion2);
  bytes[0] = 0x80;
  EXPECT_EQ(ParseRtp(bytes, back), RtpError::kNoExtension);
  bytes[0] = 0x9f;
  EXPECT_EQ(ParseRtp(bytes, back), RtpError::kTooShort);
  bytes = Encoded(Example());
  bytes[1] = 98;
  EXPECT_EQ(ParseRtp(bytes, back), RtpError::kUnknownPayloadType);
  bytes = Encoded(Example());
  bytes[13] = 0;
  EXPECT_EQ(ParseRtp(bytes, back), RtpError::kBadExtension);
  bytes = Encoded(Example());
  bytes[25] = 0x10;  // a flag of the future
  EXPECT_EQ(ParseRtp(bytes, back), RtpError::kBadExtension);
  EXPECT_EQ(ParseRtp(Bytes(kMaxDatagramBytes + 1, 0x90), back), RtpError::kTooLong);
}

TEST(Rtp, ADatagramNeverExceedsItsLimit) {
  const Bytes payload(kMaxPayloadBytes + 1);
  RtpPacket packet = Example();
  packet.payload = payload;
  Bytes room(2000);
  EXPECT_EQ(EncodeRtp(packet, room), 0u);
  packet.payload = std::span(payload).first(kMaxPayloadBytes);
  EXPECT_EQ(EncodeRtp(packet, room), kMaxDatagramBytes);
  EXPECT_EQ(EncodeRtp(packet, std::span(room).first(kMaxDatagramBytes - 1)), 0u);
  packet.payload = {};
  EXPECT_EQ(EncodeRtp(packet, room), 0u);
}

TEST(Rtp, ARepairDiffersInItsFlagOnly) {
  RtpPacket packet = Example();
  packet.flags = kFlagTainted;
  Bytes again = Encoded(packet);
  MarkRepair(again);
  packet.flags |= kFlagRepair;
  EXPECT_EQ(again, Encoded(packet));
}

}  // namespace
}  // namespace continuo::wire
