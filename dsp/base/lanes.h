// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include "dsp/base/math.h"

// Four floats side by side. The width is part of what a kernel computes, so it is the same everywhere: a vector
// register on x86 and aarch64, four registers on a Cortex-M. Each lane gets the bits that the same operation gives a
// float; there is no sum across lanes here, since its order would have to be chosen.

namespace continuo::dsp {

inline constexpr int kLanes = 4;
using Lanes = float __attribute__((vector_size(kLanes * sizeof(float))));
using LaneBits = std::int32_t __attribute__((vector_size(kLanes * sizeof(float))));
using LaneTurns = std::uint32_t __attribute__((vector_size(kLanes * sizeof(float))));  ///< wrap

/// Need not be aligned.
inline Lanes LoadLanes(const float* from) {
  Lanes lanes;
  std::memcpy(&lanes, from, sizeof lanes);
  return lanes;
}
inline void StoreLanes(const Lanes& lanes, float* to) {
  std::memcpy(to, &lanes, sizeof lanes);
}

/// x in all lanes.
inline Lanes AllLanes(float x) {
  return Lanes{x, x, x, x};
}
/// One lane's value in all of them.
template <int kLane>
inline Lanes SpreadLane(const Lanes& x) {
  return __builtin_shufflevector(x, x, kLane, kLane, kLane, kLane);
}

/// The lanes of x for which the comparison holds, and 0 in the others.
inline Lanes KeepLanes(const Lanes& x, const LaneBits& comparison) {
  return std::bit_cast<Lanes>(std::bit_cast<LaneBits>(x) & comparison);
}
inline Lanes AbsLanes(const Lanes& x) {
  return std::bit_cast<Lanes>(std::bit_cast<LaneBits>(x) & 0x7fffffff);
}
/// As Clean() in math.h. What is to go lies, as a whole number counted from the least that stays, beyond the largest
/// that does: one comparison finds both, since below the least the count wraps.
inline Lanes CleanLanes(const Lanes& x) {
  constexpr auto kLeast = std::bit_cast<std::uint32_t>(1e-15f);
  constexpr std::uint32_t kLowest = 0x80000000u, kMost = 0x7f7fffffu;
  const auto bits = std::bit_cast<LaneTurns>(x);
  const auto count = std::bit_cast<LaneBits>((bits & 0x7fffffffu) + (kLowest - kLeast));
  const LaneBits beyond = count > static_cast<std::int32_t>(kLowest + (kMost - kLeast));
  return std::bit_cast<Lanes>(std::bit_cast<LaneBits>(x) & ~beyond);
}
/// a > b ? a : b, and the other way round: exactly what x86 has an instruction for, which gcc does not always see.
inline Lanes LargerLanes(const Lanes& a, const Lanes& b) {
#ifdef __SSE__
  return __builtin_ia32_maxps(a, b);
#else
  return a > b ? a : b;
#endif
}
inline Lanes SmallerLanes(const Lanes& a, const Lanes& b) {
#ifdef __SSE__
  return __builtin_ia32_minps(a, b);
#else
  return a < b ? a : b;
#endif
}
/// Whether the comparison holds in every lane.
inline bool AllHold(const LaneBits& comparison) {
  const auto halves = std::bit_cast<std::array<std::int64_t, 2>>(comparison);
  return (halves[0] & halves[1]) == -1;
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
  const Lanes ab_low = __builtin_shufflevector(rows[0], rows[1], 0, 4, 1, 5);
  const Lanes ab_high = __builtin_shufflevector(rows[0], rows[1], 2, 6, 3, 7);
  const Lanes cd_low = __builtin_shufflevector(rows[2], rows[3], 0, 4, 1, 5);
  const Lanes cd_high = __builtin_shufflevector(rows[2], rows[3], 2, 6, 3, 7);
  rows[0] = __builtin_shufflevector(ab_low, cd_low, 0, 1, 4, 5);
  rows[1] = __builtin_shufflevector(ab_low, cd_low, 2, 3, 6, 7);
  rows[2] = __builtin_shufflevector(ab_high, cd_high, 0, 1, 4, 5);
  rows[3] = __builtin_shufflevector(ab_high, cd_high, 2, 3, 6, 7);
}

}  // namespace continuo::dsp
