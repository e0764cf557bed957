// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>

#include "dsp/base/lanes.h"

// Logarithm and power of two for envelopes and gains, where what math.h gives beyond the ear's needs would be paid for
// each sample. Without branches and calls, so that a compiler may compute several at once; the same bits on every
// machine for the same reasons. Polynomials are minimax fits (Remez exchange). Of four lanes, each gets the bits that a
// float would get.

namespace continuo::dsp {

/// Binary logarithm of normal x > 0: |error| <= 3e-7 + 6e-8 * |result|, in absolute terms; 2e-6 dB near full scale.
/// 0 and subnormal numbers give something below -126, infinity 128: finite whatever x >= 0.
inline float QuickLog2(float x) {
  constexpr std::int32_t kSqrtHalf = 0x3f3504f3;
  const auto bits = std::bit_cast<std::int32_t>(x);
  const std::int32_t k = (bits - kSqrtHalf) >> 23;
  const auto m = std::bit_cast<float>(bits - k * 0x00800000);  // in [sqrt(1/2), sqrt(2))
  const float s = (m - 1.0f) / (m + 1.0f);
  const float z = s * s;
  const float series = s * (2.885391277f + z * (0.9614721768f + z * 0.5989401061f));
  return static_cast<float>(k) + series;
}
inline Lanes QuickLog2Lanes(const Lanes& x) {
  constexpr std::int32_t kSqrtHalf = 0x3f3504f3;
  const auto bits = CastLanes<LaneBits>(x);
  const LaneBits k = (bits - kSqrtHalf) >> 23;
  const auto m = CastLanes<Lanes>(bits - k * 0x00800000);  // in [sqrt(1/2), sqrt(2))
  const Lanes s = (m - 1.0f) / (m + 1.0f);
  const Lanes z = s * s;
  const Lanes series = s * (2.885391277f + z * (0.9614721768f + z * 0.5989401061f));
  return RealLanes(k) + series;
}

/// For |x| <= 125 only, what QuickExp2 gives.
inline float NarrowExp2(float x) {
  constexpr float kRounder = 0x1.8p23f;  // adding it leaves no room for a fraction
  const float shifted = x + kRounder;
  const float f = x - (shifted - kRounder);  // in [-0.5, 0.5]
  // The rounder's own bits lie above those that are left: 2^23 times the whole number.
  const std::uint32_t k = std::bit_cast<std::uint32_t>(shifted) << 23;
  const float p =
      0.693146978f +
      f * (0.240222424f + f * (0.05550733464f + f * (0.009671497995f + f * 0.001326475416f)));
  return std::bit_cast<float>(std::bit_cast<std::uint32_t>(1.0f + f * p) + k);
}
/// 2^x for |x| <= 125, relative error <= 3e-7; exactly 1 for 0. x is limited to that range; NaN gives a finite number.
inline float QuickExp2(float x) {
  constexpr float kLimit = 125.0f;
  x = x < kLimit ? x : kLimit;
  return NarrowExp2(x > -kLimit ? x : -kLimit);
}
/// For |exponent| <= 125 only, what QuickExp2 gives.
inline Lanes NarrowExp2Lanes(const Lanes& x) {
  constexpr float kRounder = 0x1.8p23f;  // adding it leaves no room for a fraction
  const Lanes shifted = x + kRounder;
  const Lanes f = x - (shifted - kRounder);  // in [-0.5, 0.5]
  const LaneTurns k = CastLanes<LaneTurns>(shifted) << 23;
  const Lanes p =
      0.693146978f +
      f * (0.240222424f + f * (0.05550733464f + f * (0.009671497995f + f * 0.001326475416f)));
  return CastLanes<Lanes>(CastLanes<LaneTurns>(1.0f + f * p) + k);
}
inline Lanes QuickExp2Lanes(const Lanes& exponent) {
  constexpr float kLimit = 125.0f;
  return NarrowExp2Lanes(LargerLanes(SmallerLanes(exponent, AllLanes(kLimit)), AllLanes(-kLimit)));
}

}  // namespace continuo::dsp
