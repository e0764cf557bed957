// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include "dsp/base/math.h"

// Four floats side by side. The width is part of what a kernel computes, so it is the same everywhere: a vector
// register on x86 and aarch64, four registers on a Cortex-M (scalar_lanes.h). Each lane gets the bits that the same
// operation gives a float; there is no sum across lanes here, since its order would have to be chosen.

#if !defined(__SSE__) && !defined(__ARM_NEON)
#define CONTINUO_SCALAR_LANES
#endif
#ifdef CONTINUO_SCALAR_LANES
#include "dsp/base/scalar_lanes.h"
#endif

namespace continuo::dsp {

inline constexpr int kLanes = 4;
#ifdef CONTINUO_SCALAR_LANES
using Lanes = ScalarLanes<float>;
using LaneBits = ScalarLanes<std::int32_t>;
using LaneTurns = ScalarLanes<std::uint32_t>;  ///< wrap
#else
using Lanes = float __attribute__((vector_size(kLanes * sizeof(float))));
using LaneBits = std::int32_t __attribute__((vector_size(kLanes * sizeof(float))));
using LaneTurns = std::uint32_t __attribute__((vector_size(kLanes * sizeof(float))));  ///< wrap
#endif

/// The same bits, seen as something else.
template <typename To, typename From>
inline To CastLanes(const From& x) {
#ifdef CONTINUO_SCALAR_LANES
  return x.template Cast<To>();
#else
  return std::bit_cast<To>(x);
#endif
}
/// Whole numbers as floats; floats, within the range of whole numbers, without their fractions.
inline Lanes RealLanes(const LaneBits& whole) {
#ifdef CONTINUO_SCALAR_LANES
  return whole.As<float>();
#else
  return __builtin_convertvector(whole, Lanes);
#endif
}
inline LaneBits WholeLanes(const Lanes& x) {
#ifdef CONTINUO_SCALAR_LANES
  return x.As<std::int32_t>();
#else
  return __builtin_convertvector(x, LaneBits);
#endif
}

/// Need not be aligned.
inline Lanes LoadLanes(const float* from) {
#ifdef CONTINUO_SCALAR_LANES
  return {from[0], from[1], from[2], from[3]};
#else
  Lanes lanes;
  std::memcpy(&lanes, from, sizeof lanes);
  return lanes;
#endif
}
inline void StoreLanes(const Lanes& lanes, float* to) {
#ifdef CONTINUO_SCALAR_LANES
  for (int i = 0; i < kLanes; ++i) to[i] = lanes[i];
#else
  std::memcpy(to, &lanes, sizeof lanes);
#endif
}

/// x in all lanes.
inline Lanes AllLanes(float x) {
  return Lanes{x, x, x, x};
}
/// Lanes of a (0 to 3) and of b (4 to 7).
template <int k0, int k1, int k2, int k3>
inline Lanes PickLanes(const Lanes& a, const Lanes& b) {
#ifdef CONTINUO_SCALAR_LANES
  return {PickLane<k0>(a, b), PickLane<k1>(a, b), PickLane<k2>(a, b), PickLane<k3>(a, b)};
#else
  return __builtin_shufflevector(a, b, k0, k1, k2, k3);
#endif
}
/// One lane's value in all of them.
template <int kLane>
inline Lanes SpreadLane(const Lanes& x) {
  return PickLanes<kLane, kLane, kLane, kLane>(x, x);
}

/// The lanes of x for which the comparison holds, and 0 in the others.
inline Lanes KeepLanes(const Lanes& x, const LaneBits& comparison) {
  return CastLanes<Lanes>(CastLanes<LaneBits>(x) & comparison);
}
/// Of each lane, a if the comparison holds, else b.
inline Lanes ChooseLanes(const LaneBits& comparison, const Lanes& a, const Lanes& b) {
#ifdef CONTINUO_SCALAR_LANES
  return {comparison[0] != 0 ? a[0] : b[0], comparison[1] != 0 ? a[1] : b[1],
          comparison[2] != 0 ? a[2] : b[2], comparison[3] != 0 ? a[3] : b[3]};
#else
  return comparison ? a : b;
#endif
}
inline Lanes AbsLanes(const Lanes& x) {
  return CastLanes<Lanes>(CastLanes<LaneBits>(x) & 0x7fffffff);
}
/// As Clean() in math.h. What is to go lies, as a whole number counted from the least that stays, beyond the largest
/// that does: one comparison finds both, since below the least the count wraps.
inline Lanes CleanLanes(const Lanes& x) {
#ifdef CONTINUO_SCALAR_LANES
  CleanCheck check;
  check.Add(x);
  if (check.Holds()) [[likely]]
    return x;
  if (AreZeros(x[0], x[1], x[2], x[3])) return x;
#endif
  constexpr auto kLeast = std::bit_cast<std::uint32_t>(1e-15f);
  constexpr std::uint32_t kLowest = 0x80000000u, kMost = 0x7f7fffffu;
  const auto bits = CastLanes<LaneTurns>(x);
  const auto count = CastLanes<LaneBits>((bits & 0x7fffffffu) + (kLowest - kLeast));
  const LaneBits beyond = count > static_cast<std::int32_t>(kLowest + (kMost - kLeast));
  return CastLanes<Lanes>(CastLanes<LaneBits>(x) & ~beyond);
}
/// Each of them becomes Clean(it).
template <typename... Floats>
inline void CleanAll(Floats&... x) {
#ifdef CONTINUO_SCALAR_LANES
  CleanCheck check;
  (check.Add(x), ...);
  if (check.Holds()) [[likely]]
    return;
  if (AreZeros(x...)) return;
#endif
  ((x = Clean(x)), ...);
}
/// Whether Clean() would surely leave all of them as they are: magnitudes of 2^-49 up to 2^79, as nearly all samples
/// have, or nothing but zeros. Three operations for four samples, or one.
inline bool AreSurelyClean(const float* x, int count) {
  constexpr std::uint32_t kLeast = (127u - 49u)
                                   << 23;  // counted from there, others have the second bit set
  std::uint32_t outside = 0, any = 0;
  int i = 0;
#ifndef CONTINUO_SCALAR_LANES
  LaneTurns outsides = {}, anys = {};
  for (; i + kLanes <= count; i += kLanes) {
    const auto bits = CastLanes<LaneTurns>(LoadLanes(x + i));
    outsides |= bits - kLeast;
    anys |= bits;
  }
  outside = outsides[0] | outsides[1] | outsides[2] | outsides[3];
  any = anys[0] | anys[1] | anys[2] | anys[3];
#endif
  for (; i < count; ++i) {
    const auto bits = std::bit_cast<std::uint32_t>(x[i]);
    outside |= bits - kLeast;
    any |= bits;
  }
  return (outside & 0x40000000u) == 0 || any == 0;
}
/// a > b ? a : b, and the other way round: exactly what x86 has an instruction for, which gcc does not always see.
inline Lanes LargerLanes(const Lanes& a, const Lanes& b) {
#if defined(CONTINUO_SCALAR_LANES)
  return {a[0] > b[0] ? a[0] : b[0], a[1] > b[1] ? a[1] : b[1], a[2] > b[2] ? a[2] : b[2],
          a[3] > b[3] ? a[3] : b[3]};
#elif defined(__SSE__)
  return __builtin_ia32_maxps(a, b);
#else
  return a > b ? a : b;
#endif
}
inline Lanes SmallerLanes(const Lanes& a, const Lanes& b) {
#if defined(CONTINUO_SCALAR_LANES)
  return {a[0] < b[0] ? a[0] : b[0], a[1] < b[1] ? a[1] : b[1], a[2] < b[2] ? a[2] : b[2],
          a[3] < b[3] ? a[3] : b[3]};
#elif defined(__SSE__)
  return __builtin_ia32_minps(a, b);
#else
  return a < b ? a : b;
#endif
}
/// Whether the comparison holds in every lane.
inline bool AllHold(const LaneBits& comparison) {
#ifdef CONTINUO_SCALAR_LANES
  return (comparison[0] & comparison[1] & comparison[2] & comparison[3]) != 0;
#elif defined(__SSE__)
  return __builtin_ia32_movmskps(CastLanes<Lanes>(comparison)) == 15;
#else
  const auto halves = std::bit_cast<std::array<std::int64_t, 2> >(comparison);
  return (halves[0] & halves[1]) == -1;
#endif
}

/// samples[i] = Clean(samples[i] * gain[i]).
inline void Multiply(float* samples, const float* gain, int frames) {
  int i = 0;
  for (; i + kLanes <= frames; i += kLanes) {
    StoreLanes(CleanLanes(LoadLanes(samples + i) * LoadLanes(gain + i)), samples + i);
  }
  for (; i < frames; ++i) samples[i] = Clean(samples[i] * gain[i]);
}
/// to[i] = Clean(from[i] * gain). May be in place.
inline void Multiply(const float* from, float gain, float* to, int frames) {
  int i = 0;
  for (; i + kLanes <= frames; i += kLanes) {
    StoreLanes(CleanLanes(LoadLanes(from + i) * gain), to + i);
  }
  for (; i < frames; ++i) to[i] = Clean(from[i] * gain);
}

/// Rows become columns.
inline void TransposeLanes(std::array<Lanes, kLanes>& rows) {
  const Lanes ab_low = PickLanes<0, 4, 1, 5>(rows[0], rows[1]);
  const Lanes ab_high = PickLanes<2, 6, 3, 7>(rows[0], rows[1]);
  const Lanes cd_low = PickLanes<0, 4, 1, 5>(rows[2], rows[3]);
  const Lanes cd_high = PickLanes<2, 6, 3, 7>(rows[2], rows[3]);
  rows[0] = PickLanes<0, 1, 4, 5>(ab_low, cd_low);
  rows[1] = PickLanes<2, 3, 6, 7>(ab_low, cd_low);
  rows[2] = PickLanes<0, 1, 4, 5>(ab_high, cd_high);
  rows[3] = PickLanes<2, 3, 6, 7>(ab_high, cd_high);
}

}  // namespace continuo::dsp
