// SPDX-License-Identifier: Apache-2.0
#include "dsp/base/rotation.h"

namespace continuo::dsp {
namespace {

/// Numbers in [0, 1], in units of 2^-63.
using Fraction = std::uint64_t;

constexpr Fraction kOne = Fraction{1} << 63;
constexpr Fraction kQuarterPi = 0x6487ed5110b4611a;

/// a * b, rounded down to 2^-62.
constexpr Fraction Times(Fraction a, Fraction b) {
  const std::uint64_t ah = a >> 32, al = a & 0xffffffff, bh = b >> 32, bl = b & 0xffffffff;
  const std::uint64_t middle = (al * bl >> 32) + (ah * bl & 0xffffffff) + (al * bh & 0xffffffff);
  const std::uint64_t high = ah * bh + (ah * bl >> 32) + (al * bh >> 32) + (middle >> 32);
  return high << 1;
}

/// 1 - z / (first (first+1)) (1 - z / ((first+2) (first+3)) (1 - ...)): the series of the sine over the angle for
/// first = 2 and of the cosine for first = 1, z the square of an angle up to pi / 4. Ten terms leave 2^-70.
constexpr Fraction Series(Fraction z, std::uint64_t first) {
  Fraction sum = kOne;
  for (int term = 9; term >= 0; --term) {
    const std::uint64_t k = first + 2 * static_cast<std::uint64_t>(term);
    sum = kOne - Times(z, sum) / (k * (k + 1));
  }
  return sum;
}

float ToFloat(Fraction x) {
  return static_cast<float>(x) * 0x1p-63f;
}

}  // namespace

Rotation RotationOf(std::uint32_t turn) {
  constexpr std::uint32_t kQuarter = std::uint32_t{1} << 30, kEighth = kQuarter / 2;
  const std::uint32_t quadrant = turn >> 30, within = turn & (kQuarter - 1);
  const bool mirrored = within > kEighth;
  const Fraction part = static_cast<Fraction>(mirrored ? kQuarter - within : within) << 34;
  const Fraction angle = Times(kQuarterPi, part), z = Times(angle, angle);
  const float sin = ToFloat(Times(angle, Series(z, 2))), cos = ToFloat(Series(z, 1));
  const float x = mirrored ? sin : cos, y = mirrored ? cos : sin;
  switch (quadrant) {
    case 0:
      return {x, y};
    case 1:
      return {-y, x};
    case 2:
      return {-x, -y};
    default:
      return {y, -x};
  }
}

}  // namespace continuo::dsp
