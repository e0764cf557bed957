// SPDX-License-Identifier: Apache-2.0
#include "proto/wire/payload.h"

#include <gtest/gtest.h>

#include <bit>
#include <limits>
#include <vector>

namespace continuo::wire {
namespace {

TEST(Payload, EveryBitOfAFloatComesBack) {
  const std::uint32_t kPatterns[] = {0, 0x80000000, 1, 0x7f800000, 0xffc00001, 0x3f800000};
  float left[3], right[3], left_back[3], right_back[3];
  for (int i = 0; i < 3; ++i) {
    left[i] = std::bit_cast<float>(kPatterns[i]);
    right[i] = std::bit_cast<float>(kPatterns[3 + i]);
  }
  const float* planar[] = {left, right};
  float* back[] = {left_back, right_back};
  std::vector<std::uint8_t> payload(24);
  ASSERT_EQ(EncodeFloat(planar, 2, 3, payload), 24u);
  ASSERT_TRUE(DecodeFloat(payload, 2, 3, back));
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(std::bit_cast<std::uint32_t>(left_back[i]), kPatterns[i]);
    EXPECT_EQ(std::bit_cast<std::uint32_t>(right_back[i]), kPatterns[3 + i]);
  }
}

TEST(Payload, ChannelsAreInterleavedLittleEndian) {
  const float left[] = {1.0f}, right[] = {-2.0f};
  const float* planar[] = {left, right};
  std::vector<std::uint8_t> payload(8);
  EncodeFloat(planar, 2, 1, payload);
  EXPECT_EQ(payload, (std::vector<std::uint8_t>{0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0}));
}

TEST(Payload, AnotherSizeIsRefused) {
  const float zero[48] = {};
  const float* planar[] = {zero};
  float back[48];
  float* out[] = {back};
  std::vector<std::uint8_t> payload(200);
  EXPECT_EQ(EncodeFloat(planar, 1, 48, std::span(payload).first(191)), 0u);
  EXPECT_FALSE(DecodeFloat(std::span(payload).first(191), 1, 48, out));
  EXPECT_FALSE(DecodeFloat(std::span(payload).first(193), 1, 48, out));
  EXPECT_TRUE(DecodeFloat(std::span(payload).first(192), 1, 48, out));
}

std::int32_t L24(float value) {
  const float* planar[] = {&value};
  std::uint8_t bytes[3];
  EXPECT_EQ(EncodeL24(planar, 1, 1, bytes), 3u);
  const std::uint32_t top =
      std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | bytes[2] << 8;
  return static_cast<std::int32_t>(top) >> 8;
}

std::int32_t L16(float value) {
  const float* planar[] = {&value};
  std::uint8_t bytes[2];
  EXPECT_EQ(EncodeL16(planar, 1, 1, bytes), 2u);
  return static_cast<std::int16_t>(bytes[0] << 8 | bytes[1]);
}

TEST(Payload, LoudSamplesSaturate) {
  EXPECT_EQ(L24(1.0f), 8'388'607);
  EXPECT_EQ(L24(1e30f), 8'388'607);
  EXPECT_EQ(L24(-1.0f), -8'388'608);
  EXPECT_EQ(L24(-1e30f), -8'388'608);
  EXPECT_EQ(L24(std::numeric_limits<float>::infinity()), 8'388'607);
  EXPECT_EQ(L24(-std::numeric_limits<float>::infinity()), -8'388'608);
  EXPECT_EQ(L16(0.99999f), 32'767);
  EXPECT_EQ(L16(-1.0f), -32'768);
}

TEST(Payload, NotANumberIsSilence) {
  EXPECT_EQ(L24(std::numeric_limits<float>::quiet_NaN()), 0);
  EXPECT_EQ(L16(-std::numeric_limits<float>::quiet_NaN()), 0);
}

TEST(Payload, EveryValueOf16BitsComesBack) {
  for (std::int32_t i = -32'768; i <= 32'767; ++i)
    EXPECT_EQ(L16(static_cast<float>(i) / 32'768.0f), i);
}

TEST(Payload, HalvesRoundAwayFromZero) {
  EXPECT_EQ(L16(0.5f / 32'768.0f), 1);
  EXPECT_EQ(L16(0.49f / 32'768.0f), 0);
  EXPECT_EQ(L16(-0.5f / 32'768.0f), -1);
  EXPECT_EQ(L16(-1.49f / 32'768.0f), -1);
}

}  // namespace
}  // namespace continuo::wire
