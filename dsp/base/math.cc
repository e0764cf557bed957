// SPDX-License-Identifier: Apache-2.0
#include "dsp/base/math.h"

#include <limits>

// Polynomials are minimax fits (Remez exchange, weighted for relative error); the comment beside each gives its own
// error, which is below that of rounding. Where one float is too coarse on the way, values travel as an unevaluated
// sum of two (Dekker, "A floating-point technique for extending the available precision", 1971).

namespace continuo::dsp {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
constexpr std::uint32_t kMantissa = 0x007fffff;
constexpr std::uint32_t kSign = 0x80000000;

std::uint32_t Bits(float x) {
  return std::bit_cast<std::uint32_t>(x);
}
float FromBits(std::uint32_t bits) {
  return std::bit_cast<float>(bits);
}
bool IsNaN(float x) {
  return (Bits(x) & 0x7fffffffu) > 0x7f800000u;
}

/// Zero for subnormal x, also where the CPU does not say so.
float NormalOrZero(float x) {
  return (Bits(x) & 0x7f800000u) == 0 ? 0.0f : x;
}

/// Nearest whole number; |x| < 2^30. Which way ties go does not matter to its callers.
std::int32_t Nearest(float x) {
  return static_cast<std::int32_t>(x < 0 ? x - 0.5f : x + 0.5f);
}

/// hi + lo, with |lo| at most half an ulp of hi.
struct TwoFloats {
  float hi, lo;
};

/// The upper 12 bits of the mantissa: a product of two such parts is exact.
float Upper(float x) {
  return FromBits(Bits(x) & 0xfffff000u);
}

/// a * b without rounding.
TwoFloats Product(float a, float b) {
  const float hi = a * b;
  const float ah = Upper(a), al = a - ah, bh = Upper(b), bl = b - bh;
  return {hi, ((ah * bh - hi) + ah * bl + al * bh) + al * bl};
}

/// a + b without rounding; |a| >= |b| or a == 0.
TwoFloats Sum(float a, float b) {
  const float hi = a + b;
  return {hi, b - (hi - a)};
}

/// 2^(x.hi + x.lo).
float Exp2Of(TwoFloats x) {
  if (x.hi >= 128.0f) return kInfinity;
  if (x.hi < -127.0f) return 0.0f;
  const std::int32_t k = Nearest(x.hi);
  const float f = (x.hi - static_cast<float>(k)) + x.lo;  // in [-0.5, 0.5]
  const float p = 0.6931472172f +
                  f * (0.2402265292f +
                       f * (0.05550306272f +
                            f * (0.009617674336f + f * (0.001340818495f + f * 0.0001559874035f))));
  const float scaled = 1.0f + f * p;  // 2^f, polynomial to 2^-28; in [0.7, 1.42]
  const std::int32_t bits = static_cast<std::int32_t>(Bits(scaled)) + k * 0x00800000;
  if (bits < 0x00800000) return 0.0f;
  return FromBits(static_cast<std::uint32_t>(bits));
}

/// log2(x) to about 2^-35; x is normal, positive and finite.
TwoFloats Log2Of(float x) {
  // x = 2^k * m with m in [sqrt(1/2), sqrt(2)).
  constexpr std::uint32_t kSqrtHalf = 0x3f3504f3;
  const std::uint32_t offset = Bits(x) - kSqrtHalf;
  const std::int32_t k = static_cast<std::int32_t>(offset) >> 23;
  const float m = FromBits((offset & kMantissa) + kSqrtHalf);

  // log2(m) = 2/ln2 * atanh(s) with s = (m - 1) / (m + 1).
  const float f = m - 1.0f;
  const TwoFloats d = Sum(2.0f, f);
  const float s = f / d.hi;
  const TwoFloats sd = Product(s, d.hi);
  const float s_lo = ((f - sd.hi) - sd.lo - s * d.lo) / d.hi;

  const float z = s * s;
  const float series =
      s * z *
      (0.9617966779f + z * (0.5770831564f + z * (0.4116857605f + z * 0.3406299499f)));  // 2^-37
  constexpr float kTwoOverLn2 = 0x1.715476p+1f, kTwoOverLn2Lo = 0x1.4ae0c0p-25f;
  const TwoFloats t = Product(s, kTwoOverLn2);
  const float rest = t.lo + (s * kTwoOverLn2Lo + (s_lo * kTwoOverLn2 + series));
  const TwoFloats log_m = Sum(t.hi, rest);
  const TwoFloats total = Sum(static_cast<float>(k), log_m.hi);
  return Sum(total.hi, total.lo + log_m.lo);
}

/// Product of a two-float and a float, to about 2^-46.
TwoFloats Times(TwoFloats a, float b) {
  const TwoFloats p = Product(a.hi, b);
  return Sum(p.hi, p.lo + a.lo * b);
}

/// True, and the common answer of both logarithms, where there is no number to compute.
bool LogIsSpecial(float x, float* answer) {
  if (IsNaN(x)) {
    *answer = x;
  } else if (NormalOrZero(x) == 0.0f) {
    *answer = -kInfinity;
  } else if (x < 0.0f) {
    *answer = kNaN;
  } else if (x == kInfinity) {
    *answer = x;
  } else {
    return false;
  }
  return true;
}

enum class Whole { kNo, kEven, kOdd };

/// Whether x is a whole number, and which kind.
Whole WholeKind(float x) {
  const float magnitude = Abs(x);
  if (magnitude >= 0x1p24f) return Whole::kEven;
  const auto i = static_cast<std::int32_t>(magnitude);
  if (static_cast<float>(i) != magnitude) return Whole::kNo;
  return (i & 1) != 0 ? Whole::kOdd : Whole::kEven;
}

/// base^exponent for base in [0, inf], exponent not 0; neither NaN, neither subnormal.
float PowOfMagnitude(float base, float exponent) {
  if (base == 1.0f) return 1.0f;
  const bool grows = (base > 1.0f) == (exponent > 0.0f);
  const float limit = grows ? kInfinity : 0.0f;
  if (base == 0.0f || base == kInfinity || !IsFinite(exponent)) return limit;
  const TwoFloats log = Log2Of(base);
  if (Abs(log.hi) * Abs(exponent) > 1000.0f) return limit;
  return Exp2Of(Times(log, exponent));
}

/// Rounds to nearest, ties to even, and saturates at [min, max], which float represents exactly or rounds outwards.
std::int32_t Quantise(float x, std::int32_t min, std::int32_t max) {
  if (IsNaN(x)) return 0;
  if (x >= static_cast<float>(max)) return max;
  if (x <= static_cast<float>(min)) return min;
  const auto whole = static_cast<std::int32_t>(x);  // towards zero
  const float rest = Abs(x - static_cast<float>(whole));
  const bool away = rest > 0.5f || (rest == 0.5f && (whole & 1) != 0);
  return away ? whole + (x < 0 ? -1 : 1) : whole;
}

}  // namespace

float Exp2(float x) {
  if (IsNaN(x)) return x;
  return Exp2Of({x, 0.0f});
}

float Exp(float x) {
  if (IsNaN(x)) return x;
  if (x > 100.0f) return kInfinity;
  if (x < -100.0f) return 0.0f;
  constexpr float kLog2E = 0x1.715476p+0f, kLog2ELo = 0x1.4ae0c0p-26f;
  const TwoFloats p = Product(x, kLog2E);
  return Exp2Of({p.hi, p.lo + x * kLog2ELo});
}

float DbToGain(float db) {
  if (IsNaN(db)) return db;
  if (db > 1000.0f) return kInfinity;
  if (db < -1000.0f) return 0.0f;
  constexpr float kLog2Of10By20 = 0x1.542a5ap-3f, kLog2Of10By20Lo = 0x1.2e1c5ap-31f;
  const TwoFloats p = Product(db, kLog2Of10By20);
  return Exp2Of({p.hi, p.lo + db * kLog2Of10By20Lo});
}

float Log2(float x) {
  float special;
  if (LogIsSpecial(x, &special)) return special;
  return Log2Of(x).hi;
}

float Log(float x) {
  float special;
  if (LogIsSpecial(x, &special)) return special;
  constexpr float kLn2 = 0x1.62e430p-1f, kLn2Lo = -0x1.05c611p-29f;
  const TwoFloats log = Log2Of(x);
  const TwoFloats p = Product(log.hi, kLn2);
  return p.hi + (p.lo + (log.lo * kLn2 + log.hi * kLn2Lo));
}

float Pow(float base, float exponent) {
  base = NormalOrZero(base);
  exponent = NormalOrZero(exponent);
  if (base == 1.0f || exponent == 0.0f) return 1.0f;
  if (IsNaN(base) || IsNaN(exponent)) return kNaN;
  if ((Bits(base) & kSign) == 0) return PowOfMagnitude(base, exponent);
  const Whole kind = WholeKind(exponent);
  if (kind == Whole::kNo && base != 0.0f && base != -kInfinity) return kNaN;
  const float magnitude = PowOfMagnitude(Abs(base), exponent);
  return kind == Whole::kOdd ? -magnitude : magnitude;
}

float Tanh(float x) {
  x = NormalOrZero(x);
  const float magnitude = Abs(x);
  if (magnitude < 0.625f) {
    const float z = x * x;
    const float p = -0.3333333057f +
                    z * (0.1333319591f +
                         z * (-0.05394537849f +
                              z * (0.02169260847f + z * (-0.008156285269f + z * 0.00212275089f))));
    return x + x * (z * p);  // polynomial to 2^-32
  }
  if (IsNaN(x)) return x;
  const float tanh = magnitude > 10.0f ? 1.0f : 1.0f - 2.0f / (Exp(2.0f * magnitude) + 1.0f);
  return x < 0 ? -tanh : tanh;
}

std::int16_t ToInt16(float sample) {
  return static_cast<std::int16_t>(Quantise(sample * 0x1p15f, -32768, 32767));
}

std::int32_t ToInt24(float sample) {
  return Quantise(sample * 0x1p23f, -8388608, 8388607);
}

}  // namespace continuo::dsp
