// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <array>

#include "proto/wire/control_frames.h"

namespace continuo::wire {
namespace {

using Frame = std::array<std::uint8_t, 64>;

TEST(Nack, EveryFieldComesBack) {
  const Nack nack{513, 0xCAFEBABE, 1'234'567'890'123, 0x8000000000000005};
  Frame frame{};
  ASSERT_EQ(EncodeNack(nack, frame), kNackBytes);
  Nack back;
  ASSERT_TRUE(ParseNack(std::span(frame).first(kNackBytes), back));
  EXPECT_EQ(back.from_node, nack.from_node);
  EXPECT_EQ(back.ssrc, nack.ssrc);
  EXPECT_EQ(back.first, nack.first);
  EXPECT_EQ(back.mask, nack.mask);
}

TEST(Nack, OtherLengthsAreRefused) {
  Frame frame{};
  EncodeNack({}, frame);
  Nack back;
  for (std::size_t size = 0; size < frame.size(); ++size) {
    EXPECT_EQ(ParseNack(std::span(frame).first(size), back), size == kNackBytes) << size;
  }
  EXPECT_EQ(EncodeNack({}, std::span(frame).first(kNackBytes - 1)), 0u);
}

bool Accepted(const Nack& nack) {
  Frame frame{};
  EncodeNack(nack, frame);
  Nack back;
  return ParseNack(std::span(frame).first(kNackBytes), back);
}

TEST(Nack, NonsenseIsRefused) {
  EXPECT_TRUE(Accepted({1, 2, 0, 1}));
  EXPECT_FALSE(Accepted({1, 2, -1, 1}));
  EXPECT_FALSE(Accepted({1, 2, kMediaTimeLimit, 1}));
  EXPECT_FALSE(Accepted({1, 2, 3, 2})) << "bit 0 names the first packet";
  Frame frame{};
  EncodeNack({}, frame);
  Nack back;
  frame[1] = kFrameVersion + 1;
  EXPECT_FALSE(ParseNack(std::span(frame).first(kNackBytes), back)) << "another version";
  frame[1] = kFrameVersion;
  frame[0] = kFrameFellows;
  EXPECT_FALSE(ParseNack(std::span(frame).first(kNackBytes), back)) << "another type";
}

TEST(Nack, IsNeverTakenForRtp) {
  EXPECT_NE(kFrameNack >> 6, 2);
}

}  // namespace
}  // namespace continuo::wire
