// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/link/ptp_frames.h"

#include <gtest/gtest.h>

#include <vector>

#include "agent-mcu/link/checksum.h"

namespace continuo::mcu {
namespace {

using Bytes = std::vector<std::uint8_t>;
constexpr Mac kMac{2, 0, 0, 0, 0, 1};
constexpr std::uint32_t kIp = 0x0a00020f;

Bytes FrameOf(const Bytes& message) {
  Bytes frame(kMaxPtpFrame);
  frame.resize(MakePtpFrame(kMac, kIp, message, frame));
  return frame;
}

TEST(PtpFramesTest, WhatIsSentToTheGroupIsHeardThere) {
  const Bytes message(44, 7);
  Bytes frame = FrameOf(message);
  const auto heard = PtpIn(frame);
  EXPECT_EQ(Bytes(heard.begin(), heard.end()), message);
  EXPECT_EQ(PtpIn(FrameOf({1})).size(), 1u);  // padded to 60 bytes, and yet one
  frame[37] = 0x40;                           // the general port
  EXPECT_EQ(PtpIn(frame).size(), message.size());
  frame[37] = 0x41;
  EXPECT_TRUE(PtpIn(frame).empty());
}

TEST(PtpFramesTest, DamagedAndForeignFramesArePassedOver) {
  const Bytes frame = FrameOf(Bytes(44, 7));
  for (std::size_t size = 0; size < frame.size(); ++size) {
    EXPECT_TRUE(PtpIn(Bytes(frame.begin(), frame.begin() + static_cast<int>(size))).empty());
  }
  for (std::size_t i = 0; i < 34; ++i) {  // but for the sender's address
    Bytes damaged = frame;
    damaged[i] ^= 1;
    EXPECT_EQ(PtpIn(damaged).empty(), i < 6 || i > 11) << i;
  }
  Bytes room(kMaxPtpFrame);
  EXPECT_EQ(MakePtpFrame(kMac, kIp, Bytes(87), room), 0u);
}

// RFC 2236, section 2: type 0x16, the group; RFC 2113: the option that has routers look at it.
TEST(PtpFramesTest, ABoardSaysThatItWantsTheGroup) {
  Bytes frame(kMaxPtpFrame);
  frame.resize(MakePtpJoin(kMac, kIp, frame));
  const Bytes report(frame.begin() + 38, frame.begin() + 46);
  EXPECT_EQ(Bytes(frame.begin(), frame.begin() + 6), (Bytes{0x01, 0x00, 0x5e, 0x00, 0x01, 0x81}));
  EXPECT_EQ(frame[14], 0x46);
  EXPECT_EQ(frame[23], 2);
  EXPECT_EQ(InternetChecksum(std::span(frame).subspan(14, 24)), 0);
  EXPECT_EQ(report[0], 0x16);
  EXPECT_EQ(Bytes(report.begin() + 4, report.end()), (Bytes{224, 0, 1, 129}));
  EXPECT_EQ(InternetChecksum(report), 0);
  EXPECT_TRUE(PtpIn(frame).empty());
}

}  // namespace
}  // namespace continuo::mcu
