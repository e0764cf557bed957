// SPDX-License-Identifier: Apache-2.0
#include "dsp/base/lanes.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "dsp/base/quick_math.h"

namespace continuo::dsp {
namespace {

std::uint32_t Bits(float x) {
  return std::bit_cast<std::uint32_t>(x);
}

/// Every kind of float, with neighbours that differ.
template <typename OfLanes, typename OfOne>
void ExpectTheSameBits(OfLanes of_lanes, OfOne of_one) {
  for (std::uint64_t bits = 0; bits < 1ull << 32; bits += 4 * 65'537) {
    Lanes x;
    for (int i = 0; i < kLanes; ++i) {
      x[i] = std::bit_cast<float>(static_cast<std::uint32_t>(bits) + 65'537u * i);
    }
    const Lanes y = of_lanes(x);
    for (int i = 0; i < kLanes; ++i) ASSERT_EQ(Bits(y[i]), Bits(of_one(x[i]))) << x[i];
  }
}

TEST(Lanes, AreCleanedAsOneIs) {
  ExpectTheSameBits([](const Lanes& x) { return CleanLanes(x); }, Clean);
}

TEST(Lanes, WhatIsSurelyCleanIsLeftAsItIs) {
  int sure = 0;
  for (std::uint64_t bits = 0; bits < 1ull << 32; bits += 65'537) {
    std::vector<float> x(7, 0.5f);
    const std::size_t at = bits % x.size();
    x[at] = std::bit_cast<float>(static_cast<std::uint32_t>(bits));
    if (!AreSurelyClean(x.data(), 7)) continue;
    ++sure;
    ASSERT_EQ(Bits(Clean(x[at])), Bits(x[at])) << x[at];
  }
  EXPECT_GT(sure, 30'000);  // half of all floats
  const std::vector<float> silence(7, 0.0f);
  EXPECT_TRUE(AreSurelyClean(silence.data(), 7));
  for (const float x : {-0.0f, 1e-15f, 1e30f, std::numeric_limits<float>::infinity()}) {
    for (std::size_t at = 0; at < silence.size(); ++at) {
      std::vector<float> one = silence;
      one[at] = x;
      EXPECT_FALSE(AreSurelyClean(one.data(), 7)) << x;
    }
  }
}

TEST(Lanes, LogarithmAndPowerAreThoseOfOne) {
  ExpectTheSameBits([](const Lanes& x) { return QuickExp2Lanes(x); }, QuickExp2);
  ExpectTheSameBits(
      [](const Lanes& x) { return NarrowExp2Lanes(KeepLanes(x, AbsLanes(x) <= 125.0f)); },
      [](float x) { return QuickExp2(Abs(x) <= 125.0f ? x : 0.0f); });
  ExpectTheSameBits(
      [](const Lanes& x) {
        return QuickLog2Lanes(LargerLanes(AbsLanes(CleanLanes(x)), AllLanes(1e-16f)));
      },
      [](float x) { return QuickLog2(Clean(x) != 0.0f ? Abs(x) : 1e-16f); });
}

TEST(Lanes, LargerAndSmallerTakeTheSecondWhereTheyCannotSay) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const Lanes a = {1.0f, nan, 3.0f, -0.0f}, b = {2.0f, 5.0f, nan, 0.0f};
  const Lanes larger = LargerLanes(a, b), smaller = SmallerLanes(a, b);
  EXPECT_EQ(larger[0], 2.0f);
  EXPECT_EQ(smaller[0], 1.0f);
  EXPECT_EQ(larger[1], 5.0f);
  EXPECT_EQ(smaller[1], 5.0f);
  EXPECT_NE(larger[2], larger[2]);
  EXPECT_NE(smaller[2], smaller[2]);
  EXPECT_EQ(Bits(larger[3]), Bits(0.0f));
  EXPECT_EQ(Bits(smaller[3]), Bits(0.0f));
}

TEST(Lanes, RowsBecomeColumns) {
  std::array<Lanes, kLanes> rows;
  for (int r = 0; r < kLanes; ++r) {
    for (int c = 0; c < kLanes; ++c) rows[r][c] = static_cast<float>(10 * r + c);
  }
  TransposeLanes(rows);
  for (int r = 0; r < kLanes; ++r) {
    for (int c = 0; c < kLanes; ++c) EXPECT_EQ(rows[r][c], static_cast<float>(10 * c + r));
  }
}

TEST(Lanes, AllHoldsOnlyIfEachDoes) {
  for (int bits = 0; bits < 16; ++bits) {
    Lanes x;
    for (int i = 0; i < kLanes; ++i) x[i] = (bits >> i & 1) != 0 ? 1.0f : -1.0f;
    EXPECT_EQ(AllHold(x > 0.0f), bits == 15) << bits;
  }
}

TEST(Lanes, MultiplyCleansWhateverTheLength) {
  for (int length = 0; length < 11; ++length) {
    std::vector<float> in(11, 1e-16f), out(11, 7.0f);
    for (int i = 0; i < length; ++i) in[i] = i % 3 == 0 ? 1e-16f : static_cast<float>(i);
    Multiply(in.data(), 2.0f, out.data(), length);
    for (int i = 0; i < 11; ++i) {
      const float want = i % 3 == 0 ? 0.0f : 2.0f * static_cast<float>(i);
      EXPECT_EQ(out[i], i < length ? want : 7.0f);
    }
  }
}

}  // namespace
}  // namespace continuo::dsp
