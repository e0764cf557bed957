// SPDX-License-Identifier: Apache-2.0
#include "proto/mcu/cobs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "dsp/base/random.h"

namespace continuo::mcu {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes Encoded(const Bytes& bytes) {
  Bytes out(CobsBytes(bytes.size()));
  out.resize(EncodeCobs(bytes, out));
  return out;
}

bool Decode(const Bytes& bytes, Bytes& out) {
  out.assign(bytes.size() + 1, 0);
  std::size_t size = 0;
  const bool fine = DecodeCobs(bytes, out, size);
  out.resize(size);
  return fine;
}

Bytes Counting(std::size_t size) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i % 255 + 1);
  return bytes;
}

TEST(CobsTest, TheExamplesOfThePaperComeOut) {
  EXPECT_EQ(Encoded({}), (Bytes{1}));
  EXPECT_EQ(Encoded({0}), (Bytes{1, 1}));
  EXPECT_EQ(Encoded({0, 0}), (Bytes{1, 1, 1}));
  EXPECT_EQ(Encoded({0x11, 0x22, 0, 0x33}), (Bytes{3, 0x11, 0x22, 2, 0x33}));
  EXPECT_EQ(Encoded({0x11, 0, 0, 0}), (Bytes{2, 0x11, 1, 1, 1}));
  EXPECT_EQ(Encoded(Counting(254)).size(), 255u);
  EXPECT_EQ(Encoded(Counting(255)).size(), 257u);
}

TEST(CobsTest, WhatGoesInComesOutAndHasNoZero) {
  for (std::size_t size = 0; size < 1100; ++size) {
    Bytes bytes = Counting(size), again;
    for (std::size_t i = 0; i < size; ++i) {
      const std::uint64_t bits = RandomBits(size, 1, static_cast<std::int64_t>(i));
      if (bits % (1 + size % 300) == 0) bytes[i] = 0;
    }
    const Bytes encoded = Encoded(bytes);
    ASSERT_FALSE(encoded.empty());
    ASSERT_EQ(std::ranges::count(encoded, 0), 0);
    ASSERT_TRUE(Decode(encoded, again)) << size;
    ASSERT_EQ(again, bytes);
  }
}

TEST(CobsTest, MayBeDecodedInPlace) {
  const Bytes bytes = Counting(600);
  Bytes encoded = Encoded(bytes);
  std::size_t size = 0;
  ASSERT_TRUE(DecodeCobs(encoded, encoded, size));
  encoded.resize(size);
  EXPECT_EQ(encoded, bytes);
}

TEST(CobsTest, WhatNobodyEncodedIsRefused) {
  Bytes out;
  EXPECT_FALSE(Decode({}, out));
  EXPECT_FALSE(Decode({0}, out));
  EXPECT_FALSE(Decode({3, 1}, out)) << "cut short";
  EXPECT_FALSE(Decode({3, 1, 0}, out)) << "a zero";
  std::size_t size = 0;
  Bytes room(1);
  EXPECT_FALSE(DecodeCobs(Bytes{3, 1, 2}, room, size)) << "no room";
  EXPECT_EQ(EncodeCobs(Bytes{1, 2}, room), 0u);
}

}  // namespace
}  // namespace continuo::mcu
