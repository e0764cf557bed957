// SPDX-License-Identifier: Apache-2.0
#include "proto/wire/ptp_message.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace continuo::wire {
namespace {

using Bytes = std::vector<std::uint8_t>;

PtpMessage MessageOf(PtpType type) {
  PtpMessage message{.type = type, .sdo = 1, .domain = 24, .sequence = 0xFFFE};
  message.correction = -5 * 65'536 - 1;
  message.source = {0x001122fffe334455, 3};
  message.interval = -4;
  message.time = 1'790'000'000'123'456'789;
  if (type == PtpType::kSync) message.two_step = true;
  if (type == PtpType::kDelayResp) message.requester = {0x02436ffffe6e0001, 1};
  if (type == PtpType::kAnnounce) message.announce = {128, 6, 0x21, 0x4e5d, 127, 7, 2};
  return message;
}

Bytes Written(const PtpMessage& message) {
  Bytes bytes(kPtpMessageBytes);
  bytes.resize(EncodePtpMessage(message, bytes));
  return bytes;
}

PtpError Read(const Bytes& bytes) {
  PtpMessage message;
  return ParsePtpMessage(bytes, message);
}

TEST(PtpMessageTest, WhatIsWrittenIsRead) {
  for (const PtpType type : {PtpType::kSync, PtpType::kDelayReq, PtpType::kFollowUp,
                             PtpType::kDelayResp, PtpType::kAnnounce}) {
    Bytes bytes = Written(MessageOf(type));
    PtpMessage message;
    ASSERT_EQ(ParsePtpMessage(bytes, message), PtpError::kNone);
    EXPECT_EQ(message, MessageOf(type));
    bytes.insert(bytes.end(), 20, 0xAB);  // a TLV, or padding
    EXPECT_EQ(ParsePtpMessage(bytes, message), PtpError::kNone);
    for (std::size_t size = 0; size + 20 < bytes.size(); ++size) {
      EXPECT_NE(Read(Bytes(bytes.begin(), bytes.begin() + static_cast<int>(size))),
                PtpError::kNone);
    }
  }
}

// A Sync that linuxptp 3.1.1 sent in two steps, domain 0.
TEST(PtpMessageTest, ASyncOfPtp4lIsRead) {
  const Bytes bytes = {0x00, 0x02, 0x00, 0x2c, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00, 0x00,
                       0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xfe, 0xed,
                       0x01, 0xff, 0xfe, 0x02, 0x03, 0x04, 0x00, 0x01, 0x01, 0x02, 0x00,
                       0xfc, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00};
  PtpMessage message;
  ASSERT_EQ(ParsePtpMessage(bytes, message), PtpError::kNone);
  EXPECT_TRUE(message.two_step);
  EXPECT_EQ(message.source, (PtpSource{0xfeed01fffe020304, 1}));
  EXPECT_EQ(message.sequence, 0x102);
  EXPECT_EQ(message.interval, -4);
}

TEST(PtpMessageTest, WhatIsWrongHasAName) {
  const Bytes good = Written(MessageOf(PtpType::kSync));
  const auto with = [&good](std::size_t at, std::uint8_t value) {
    Bytes bytes = good;
    bytes[at] = value;
    return Read(bytes);
  };
  EXPECT_EQ(Read(Bytes(33)), PtpError::kTooShort);
  EXPECT_EQ(with(1, 0x01), PtpError::kVersion);
  EXPECT_EQ(with(1, 0x12), PtpError::kNone);  // 2.1, of 2019
  EXPECT_EQ(with(0, 0x02), PtpError::kOtherType);
  EXPECT_EQ(with(0, 0x0B), PtpError::kTooShort);
  EXPECT_EQ(with(3, 43), PtpError::kLength);
  EXPECT_EQ(with(3, 45), PtpError::kLength);
  EXPECT_EQ(with(34, 1), PtpError::kTime);
  EXPECT_EQ(with(40, 0x3c), PtpError::kTime);
  EXPECT_EQ(with(8, 0x7f), PtpError::kCorrection);
  for (std::size_t i = 0; i < kPtpErrors; ++i) {
    EXPECT_STRNE(ToString(static_cast<PtpError>(i)), "");
  }
}

TEST(PtpMessageTest, WithoutRoomNothingIsWritten) {
  std::array<std::uint8_t, kPtpDelayReqBytes - 1> room{};
  EXPECT_EQ(EncodePtpMessage(MessageOf(PtpType::kDelayReq), room), 0u);
}

}  // namespace
}  // namespace continuo::wire
