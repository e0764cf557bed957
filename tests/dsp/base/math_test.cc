// SPDX-License-Identifier: Apache-2.0
#include "dsp/base/math.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#if defined(__SSE__)
#include <xmmintrin.h>
#endif

namespace continuo::dsp {
namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
constexpr double kMin = std::numeric_limits<float>::min();

double UlpOf(double value) {
  int exponent = 0;
  std::frexp(value, &exponent);
  return std::ldexp(1.0, (exponent < -125 ? -125 : exponent) - 24);
}

bool SameOutsideRange(float got, double want) {
  if (std::isnan(want) || std::isnan(got)) return std::isnan(want) && std::isnan(got);
  if (std::abs(want) < kMin) return got == 0.0f || static_cast<double>(std::abs(got)) == kMin;
  return static_cast<double>(got) == want || std::abs(want) > 3.4028e38;
}

/// Error in ulp; an infinite one if the kinds of result differ.
double Error(float got, double want) {
  const bool in_range = std::abs(want) >= kMin && std::abs(want) <= 3.4028e38 && std::isfinite(got);
  if (in_range) return std::abs(static_cast<double>(got) - want) / UlpOf(want);
  return SameOutsideRange(got, want) ? 0.0 : std::numeric_limits<double>::infinity();
}

/// Largest error over all exponents and both signs, 33,000 mantissas each; subnormal arguments count as zero.
template <typename F, typename Reference>
double WorstError(F f, Reference reference) {
  double worst = 0;
  float worst_x = 0;
  for (std::uint64_t bits = 0; bits < 0x100000000u; bits += 251) {
    const auto x = std::bit_cast<float>(static_cast<std::uint32_t>(bits));
    if (std::isnan(x)) continue;
    const bool subnormal = std::fpclassify(x) == FP_SUBNORMAL;
    const double error = Error(f(x), reference(subnormal ? 0.0 : static_cast<double>(x)));
    if (!(error <= worst)) {
      worst = error;
      worst_x = x;
    }
  }
  ::testing::Test::RecordProperty("worst_ulp", std::to_string(worst));
  EXPECT_LT(worst, 1000.0) << "at " << std::hexfloat << worst_x;
  return worst;
}

TEST(Math, SinIsWithinItsBoundOverAllFloats) {
  EXPECT_LE(WorstError(Sin, [](double x) { return std::sin(x); }), 3.0);
}

TEST(Math, CosIsWithinItsBoundOverAllFloats) {
  EXPECT_LE(WorstError(Cos, [](double x) { return std::cos(x); }), 3.0);
}

TEST(Math, SinIsWithinItsBoundBesideItsZeros) {
  for (int k = 1; k < 100000; ++k) {
    const float x = static_cast<float>(k * 3.14159265358979323846);
    EXPECT_LE(Error(Sin(x), std::sin(static_cast<double>(x))), 3.0) << k;
  }
}

TEST(Math, ExpIsWithinItsBoundOverAllFloats) {
  EXPECT_LE(WorstError(Exp, [](double x) { return std::exp(x); }), 2.0);
  EXPECT_LE(WorstError(Exp2, [](double x) { return std::exp2(x); }), 2.0);
}

TEST(Math, ExpIsWithinItsBoundWhereItMatters) {
  for (int i = -1000000; i <= 1000000; ++i) {
    const float x = static_cast<float>(i) * 1e-4f;
    ASSERT_LE(Error(Exp2(x), std::exp2(static_cast<double>(x))), 2.0) << x;
    ASSERT_LE(Error(DbToGain(x), std::pow(10.0, static_cast<double>(x) / 20)), 2.0) << x;
  }
}

TEST(Math, LogIsWithinItsBoundOverAllFloats) {
  EXPECT_LE(WorstError(Log, [](double x) { return std::log(x); }), 1.0);
  EXPECT_LE(WorstError(Log2, [](double x) { return std::log2(x); }), 1.0);
}

TEST(Math, TanhIsWithinItsBoundOverAllFloats) {
  EXPECT_LE(WorstError(Tanh, [](double x) { return std::tanh(x); }), 2.0);
}

TEST(Math, PowIsWithinItsBoundFromUnderflowToOverflow) {
  double worst = 0;
  for (int i = 0; i < 1000; ++i) {
    const float base = static_cast<float>(std::exp((i - 500) * 0.17));
    for (int j = 0; j < 1000; ++j) {
      const float exponent = static_cast<float>((j - 500) * std::exp(-(i % 17)) * 0.2);
      const double want = std::pow(static_cast<double>(base), static_cast<double>(exponent));
      const double error = Error(Pow(base, exponent), want);
      if (error > worst) worst = error;
    }
  }
  EXPECT_LE(worst, 3.0);
}

TEST(Math, PowAgreesWithAnnexFOnSpecialArguments) {
  const float values[] = {0.0f, -0.0f, 1.0f, -1.0f, 0.5f,  -0.5f,  2.0f, -2.0f,
                          3.0f, -3.0f, kInf, -kInf, 1e30f, -1e30f, kNaN};
  for (const float base : values) {
    for (const float exponent : values) {
      const double want = std::pow(static_cast<double>(base), static_cast<double>(exponent));
      const float got = Pow(base, exponent);
      if (std::isnan(want)) {
        EXPECT_TRUE(std::isnan(got)) << base << " ^ " << exponent;
      } else if (std::abs(want) > 3.5e38) {
        EXPECT_TRUE(std::isinf(got)) << base << " ^ " << exponent;
      } else {
        EXPECT_LE(Error(got, want), 3.0) << base << " ^ " << exponent;
      }
    }
  }
}

TEST(Math, NoFunctionTurnsNanIntoANumber) {
  for (const auto f : {Sin, Cos, Exp, Exp2, Log, Log2, Tanh, DbToGain})
    EXPECT_TRUE(std::isnan(f(kNaN)));
  EXPECT_TRUE(std::isnan(Sin(kInf)));
  EXPECT_TRUE(std::isnan(Cos(-kInf)));
}

TEST(Math, CleanLetsNeitherNanNorInfinityNorSubnormalsThrough) {
  for (const float bad : {kNaN, -kNaN, kInf, -kInf, 1e-40f, -1e-40f, 9e-16f, 0.0f})
    EXPECT_EQ(Clean(bad), 0.0f);
  for (const float good : {1e-14f, -1e-14f, 1.0f, -3.4e38f}) EXPECT_EQ(Clean(good), good);
  EXPECT_EQ(Finite(kNaN), 0.0f);
  EXPECT_EQ(Finite(1e-40f), 1e-40f);
  EXPECT_EQ(FlushTiny(-9e-16f), 0.0f);
  EXPECT_EQ(FlushTiny(kInf), kInf);
}

TEST(Math, PcmSaturatesAndRoundsTiesToEven) {
  EXPECT_EQ(ToInt16(1.0f), 32767);
  EXPECT_EQ(ToInt16(-1.0f), -32768);
  EXPECT_EQ(ToInt16(kInf), 32767);
  EXPECT_EQ(ToInt16(-1e30f), -32768);
  EXPECT_EQ(ToInt16(kNaN), 0);
  EXPECT_EQ(ToInt16(0.5f / 32768), 0);
  EXPECT_EQ(ToInt16(1.5f / 32768), 2);
  EXPECT_EQ(ToInt16(-2.5f / 32768), -2);
  EXPECT_EQ(ToInt16(-2.6f / 32768), -3);
  EXPECT_EQ(ToInt24(1.0f), 8388607);
  EXPECT_EQ(ToInt24(-1.5f), -8388608);
  EXPECT_EQ(ToInt24(kNaN), 0);
  EXPECT_EQ(ToInt24(0.5f * 0x1p-23f), 0);
  EXPECT_EQ(ToInt24(FromInt24(-7654321)), -7654321);
  for (int i = -32768; i <= 32767; ++i)
    ASSERT_EQ(ToInt16(FromInt16(static_cast<std::int16_t>(i))), i);
}

#if defined(__SSE__)
std::uint64_t HashOfEverything() {
  std::uint64_t hash = 0;
  for (std::uint64_t bits = 0; bits < 0x100000000u; bits += 4001) {
    const auto x = std::bit_cast<float>(static_cast<std::uint32_t>(bits));
    for (const auto f : {Sin, Cos, Exp, Exp2, Log, Log2, Tanh, DbToGain}) {
      const float y = f(x);
      hash = hash * 1099511628211u + (std::isnan(y) ? 1u : std::bit_cast<std::uint32_t>(y));
    }
    hash = hash * 1099511628211u + std::bit_cast<std::uint32_t>(Pow(Abs(x), 0.37f));
  }
  return hash;
}

TEST(Math, FlushToZeroModeChangesNoBit) {
  const std::uint64_t gradual = HashOfEverything();
  const unsigned saved = _mm_getcsr();
  _mm_setcsr(saved | 0x8040);  // FTZ and DAZ
  const std::uint64_t flushed = HashOfEverything();
  _mm_setcsr(saved);
  EXPECT_EQ(flushed, gradual);
}
#endif

}  // namespace
}  // namespace continuo::dsp
