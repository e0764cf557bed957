// SPDX-License-Identifier: Apache-2.0
#include "dsp/base/quick_math.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace continuo::dsp {
namespace {

TEST(QuickMath, LogarithmIsWithinItsBoundOverAllNormalNumbers) {
  double worst = 0;
  for (std::uint32_t bits = 0x00800000; bits < 0x7f800000; bits += 1009) {
    const auto x = std::bit_cast<float>(bits);
    const double want = std::log2(static_cast<double>(x));
    const double error = std::abs(static_cast<double>(QuickLog2(x)) - want);
    worst = std::max(worst, error - 6e-8 * std::abs(want));
  }
  RecordProperty("worst", std::to_string(worst * 1e7) + "e-7");
  EXPECT_LE(worst, 3e-7);
}

TEST(QuickMath, LogarithmOfNothingAndOfInfinityIsANumber) {
  EXPECT_LT(QuickLog2(0.0f), -126.0f);
  EXPECT_GT(QuickLog2(0.0f), -130.0f);
  EXPECT_LT(QuickLog2(1e-40f), -126.0f);
  EXPECT_EQ(QuickLog2(std::numeric_limits<float>::infinity()), 128.0f);
  EXPECT_EQ(QuickLog2(1.0f), 0.0f);
}

TEST(QuickMath, PowerOfTwoIsWithinItsBoundOverItsRange) {
  double worst = 0;
  for (int i = -1'250'000; i <= 1'250'000; ++i) {
    const float x = static_cast<float>(i) * 1e-4f;
    const double want = std::exp2(static_cast<double>(x));
    worst = std::max(worst, std::abs(static_cast<double>(QuickExp2(x)) - want) / want);
  }
  RecordProperty("worst", std::to_string(worst * 1e7) + "e-7");
  EXPECT_LE(worst, 3e-7);
}

TEST(QuickMath, PowerOfTwoIsExactForWholeNumbersAndNeverInfinite) {
  for (int k = -125; k <= 125; ++k) {
    EXPECT_EQ(QuickExp2(static_cast<float>(k)), std::ldexp(1.0f, k));
  }
  for (const float x :
       {3e38f, std::numeric_limits<float>::infinity(), -3e38f,
        -std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN()}) {
    EXPECT_TRUE(std::isfinite(QuickExp2(x))) << x;
  }
}

}  // namespace
}  // namespace continuo::dsp
