// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>

// Elementary functions that give the same bits on every machine. The C library's do not: one version of it differs
// between x86 and Arm. Here everything is made of float + - * / and integer operations, each of which IEEE 754 and the
// language define exactly (with -ffp-contract=off and rounding to nearest).
//
// Common to all functions:
// * Every float is a valid argument. NaN gives NaN; where the mathematical result is infinite or undefined they
//   return infinity or NaN as C's Annex F says, so a kernel passes what it makes of them through Clean().
// * Subnormal numbers are read as zero, and a result below FLT_MIN is returned as zero, so that flush-to-zero modes of
//   CPUs, which disagree with each other, cannot be seen.
// * Errors are in ulp of the result, against the exact value; tests/dsp/base/math_test.cc measures them.

namespace continuo::dsp {

inline constexpr float kPi = 3.14159265f;

/// |error| <= 3 ulp for every finite x, however large: the argument is reduced exactly, in integers.
/// Sin(+-inf) and Cos(+-inf) are NaN.
float Sin(float x);
float Cos(float x);

/// e^x and 2^x, |error| <= 2 ulp.
float Exp(float x);
float Exp2(float x);

/// Natural and binary logarithm, |error| <= 1 ulp. Log(0) = -inf; NaN below zero.
float Log(float x);
float Log2(float x);

/// base^exponent, |error| <= 3 ulp. A negative base is defined for whole exponents only (else NaN).
float Pow(float base, float exponent);

/// |error| <= 2 ulp.
float Tanh(float x);

/// Correctly rounded by IEEE 754; the one function of the C library that is the same everywhere.
inline float Sqrt(float x) {
  return __builtin_sqrtf(x);
}

/// Amplitude ratio of a level in decibels, 10^(db / 20), |error| <= 2 ulp.
float DbToGain(float db);

inline float Abs(float x) {
  return std::bit_cast<float>(std::bit_cast<std::uint32_t>(x) & 0x7fffffffu);
}

inline bool IsFinite(float x) {
  return (std::bit_cast<std::uint32_t>(x) & 0x7f800000u) != 0x7f800000u;
}

/// x, or 0 if it is NaN or infinite.
inline float Finite(float x) {
  return IsFinite(x) ? x : 0.0f;
}

/// What feeds back must not decay into subnormal numbers: they are slow, and hardware flushes them differently on
/// x86 and Arm. 1e-15 is 300 dB below full scale, and far enough above FLT_MIN that no product with a coefficient of
/// a filter becomes subnormal first. NaN stays NaN.
inline float FlushTiny(float x) {
  return x < 1e-15f && x > -1e-15f ? 0.0f : x;
}

/// Finite and FlushTiny at once: what a kernel returns, and what it stores where NaN could otherwise persist.
inline float Clean(float x) {
  constexpr auto kTiny = std::bit_cast<std::int32_t>(1e-15f);
  const auto bits = std::bit_cast<std::int32_t>(x);
  const std::int32_t magnitude = bits & 0x7fffffff;
  return magnitude >= kTiny && magnitude < 0x7f800000 ? x : 0.0f;
}

/// Whether x is neither tiny nor larger than `most` in magnitude, nor no number: one comparison.
inline bool IsWithin(float x, float most) {
  constexpr auto kTiny = std::bit_cast<std::uint32_t>(1e-15f);
  const std::uint32_t magnitude = std::bit_cast<std::uint32_t>(x) & 0x7fffffffu;
  return magnitude - kTiny <= std::bit_cast<std::uint32_t>(most) - kTiny;
}

/// Full scale 1.0 to 16 and 24 bit PCM: rounds to nearest, ties to even; saturates; NaN gives 0.
std::int16_t ToInt16(float sample);
/// In the low 24 bits, sign-extended.
std::int32_t ToInt24(float sample);
/// The inverses; exact.
inline float FromInt16(std::int16_t sample) {
  return static_cast<float>(sample) * 0x1p-15f;
}
inline float FromInt24(std::int32_t sample) {
  return static_cast<float>(sample) * 0x1p-23f;
}

}  // namespace continuo::dsp
