// SPDX-License-Identifier: Apache-2.0
#include <limits>

#include "dsp/base/math.h"

namespace continuo::dsp {
namespace {

/// x as an angle within [-pi/4, pi/4] of a multiple of pi/2.
struct Reduced {
  float angle;
  std::uint32_t quadrant;  ///< mod 4
};

/// 2/pi in binary, 32 bits a word; word 0 stands before the binary point.
constexpr std::uint32_t kTwoOverPi[] = {0x00000000, 0xa2f9836e, 0x4e441529, 0xfc2757d1, 0xf534ddc0,
                                        0xdb629599, 0x3c439041, 0xfe5163ab, 0xdebbc561};

/// 64 bits of 2/pi from bit `at` of the table on.
std::uint64_t TwoOverPiBits(int at) {
  const int word = at / 32, shift = at % 32;
  const std::uint64_t high =
      (static_cast<std::uint64_t>(kTwoOverPi[word]) << 32) | kTwoOverPi[word + 1];
  if (shift == 0) return high;
  return (high << shift) | (kTwoOverPi[word + 2] >> (32 - shift));
}

/// For finite |x| >= 0.5, after Payne and Hanek (SIGNUM Newsletter 18, 1983): x is a whole number of 24 bits times 2^e,
/// so of the endless digits of 2/pi only 96 matter: those above them make whole turns, those below make nothing.
Reduced Reduce(float x) {
  const auto bits = std::bit_cast<std::uint32_t>(x);
  const std::uint64_t m = (bits & 0x007fffff) | 0x00800000;
  const int e = static_cast<int>((bits >> 23) & 0xff) - 150;  // -24..104
  const std::uint64_t high = TwoOverPiBits(e + 30);
  const std::uint64_t low = TwoOverPiBits(e + 30 + 64) >> 32;
  const std::uint64_t turns = m * high + ((m * low) >> 32);  // |x| * 2/pi mod 4, in units of 2^-62
  const std::uint64_t quadrant = (turns + (std::uint64_t{1} << 61)) >> 62;
  const auto fraction = static_cast<std::int64_t>(turns - (quadrant << 62));
  const float angle = static_cast<float>(fraction) * (1.57079637f * 0x1p-62f);
  if ((bits >> 31) == 0) return {angle, static_cast<std::uint32_t>(quadrant & 3)};
  return {-angle, static_cast<std::uint32_t>((4 - quadrant) & 3)};
}

/// |x| <= 0.79; polynomial to 2^-28.
float SinNearZero(float x) {
  const float z = x * x;
  return x + x * (z * (-0.1666665459f + z * (0.008332155052f + z * -0.0001951408493f)));
}

/// |x| <= 0.79; polynomial to 2^-33.
float CosNearZero(float x) {
  const float z = x * x;
  const float tail = z * z * (0.04166664627f + z * (-0.001388733709f + z * 2.443484632e-5f));
  return 1.0f - (0.5f * z - tail);
}

/// Sine of `reduced` moved on by `quadrants` quarter turns.
float SinOf(Reduced reduced, std::uint32_t quadrants) {
  const std::uint32_t quadrant = reduced.quadrant + quadrants;
  const float magnitude =
      (quadrant & 1) != 0 ? CosNearZero(reduced.angle) : SinNearZero(reduced.angle);
  return (quadrant & 2) != 0 ? -magnitude : magnitude;
}

bool IsSubnormal(float x) {
  return (std::bit_cast<std::uint32_t>(x) & 0x7f800000u) == 0;
}

}  // namespace

float Sin(float x) {
  if (!IsFinite(x)) return std::numeric_limits<float>::quiet_NaN();
  if (IsSubnormal(x)) return 0.0f;
  return SinOf(Abs(x) < 0.75f ? Reduced{x, 0} : Reduce(x), 0);
}

float Cos(float x) {
  if (!IsFinite(x)) return std::numeric_limits<float>::quiet_NaN();
  return SinOf(Abs(x) < 0.75f ? Reduced{x, 0} : Reduce(x), 1);
}

}  // namespace continuo::dsp
