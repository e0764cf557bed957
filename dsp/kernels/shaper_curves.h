// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

#include "dsp/base/math.h"
#include "dsp/kernels/lfo.h"

namespace continuo::dsp {

/// What a waveshaper makes of a sample, as its parameter `curve` counts. All go through 0 with a slope of 1, so quiet
/// sound passes as it is.
enum class ShaperCurve : std::uint8_t {
  kSoft,  ///< x / sqrt(1 + x^2): bends early, never gets to 1
  kHard,  ///< cut at 1
  kTube,  ///< as kSoft, but downwards at 0.6 already: even harmonics, too
  kFold,  ///< sin(x): turns round where it would leave
};
inline constexpr int kShaperCurves = 4;

/// |x| <= 1e6; larger ones are cut.
template <ShaperCurve kCurve>
inline float Shaped(float x) {
  x = std::clamp(x, -1e6f, 1e6f);
  if constexpr (kCurve == ShaperCurve::kSoft) {
    return x / Sqrt(1.0f + x * x);
  } else if constexpr (kCurve == ShaperCurve::kHard) {
    return std::clamp(x, -1.0f, 1.0f);
  } else if constexpr (kCurve == ShaperCurve::kTube) {
    const float scaled = x < 0.0f ? x * (1.0f / 0.6f) : x;
    return x / Sqrt(1.0f + scaled * scaled);
  } else {
    const float turns = x * (0.5f / kPi);
    const float part = turns - static_cast<float>(static_cast<std::int32_t>(turns));
    return SlowSine(static_cast<std::uint32_t>(static_cast<std::int32_t>(part * 0x1p30f)) * 4u);
  }
}

/// samples[i] becomes its shape times `weight`, added to `sum`.
template <ShaperCurve kCurve>
inline void AddShaped(const float* samples, int count, float weight, float* sum) {
  for (int i = 0; i < count; ++i) sum[i] += weight * Shaped<kCurve>(samples[i]);
}

/// In place.
template <ShaperCurve kCurve>
inline void Shape(float* samples, int count) {
  for (int i = 0; i < count; ++i) samples[i] = Shaped<kCurve>(samples[i]);
}

/// Calls what.operator()<curve>().
template <typename What>
inline void WithCurve(ShaperCurve curve, What what) {
  switch (curve) {
    case ShaperCurve::kSoft:
      return what.template operator()<ShaperCurve::kSoft>();
    case ShaperCurve::kHard:
      return what.template operator()<ShaperCurve::kHard>();
    case ShaperCurve::kTube:
      return what.template operator()<ShaperCurve::kTube>();
    case ShaperCurve::kFold:
      return what.template operator()<ShaperCurve::kFold>();
  }
}
inline void AddShaped(ShaperCurve curve, const float* samples, int count, float weight,
                      float* sum) {
  WithCurve(curve, [&]<ShaperCurve kCurve>() { AddShaped<kCurve>(samples, count, weight, sum); });
}
inline void Shape(ShaperCurve curve, float* samples, int count) {
  WithCurve(curve, [&]<ShaperCurve kCurve>() { Shape<kCurve>(samples, count); });
}

}  // namespace continuo::dsp
