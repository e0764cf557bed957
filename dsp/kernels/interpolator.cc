// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/interpolator.h"

#include "dsp/base/math.h"

namespace continuo::dsp {
namespace {

constexpr float kBeta = 8.0f;  // of the Kaiser window

/// The modified Bessel function of the first kind and order 0, by its power series.
float BesselI0(float x) {
  const float quarter = 0.25f * x * x;
  float sum = 1.0f, term = 1.0f;
  for (int k = 1; k < 24; ++k) {
    term = term * quarter / static_cast<float>(k * k);
    sum += term;
  }
  return sum;
}

/// What a sample weighs `distance` samples away.
float Kernel(float distance) {
  if (distance == 0.0f) return 1.0f;
  constexpr float kReach = 0.5f * Interpolator::kTaps;
  const float x = distance / kReach;
  if (x <= -1.0f || x >= 1.0f) return 0.0f;
  if (distance == static_cast<float>(static_cast<int>(distance))) return 0.0f;
  const float angle = kPi * distance;
  return Sin(angle) / angle * BesselI0(kBeta * Sqrt(1.0f - x * x)) / BesselI0(kBeta);
}

}  // namespace

void Interpolator::Prepare(Arena& arena) {
  table_ = arena.Take<float>((kPlaces + 1) * kTaps);
  if (table_ == nullptr) return;
  for (int place = 0; place <= kPlaces; ++place) {
    float* const row = table_ + place * kTaps;
    float sum = 0.0f;
    for (int tap = 0; tap < kTaps; ++tap) {
      row[tap] = Kernel(static_cast<float>(place) / kPlaces - static_cast<float>(tap - kBefore));
      sum += row[tap];
    }
    // A constant stays what it is at all places.
    for (int tap = 0; tap < kTaps; ++tap) row[tap] /= sum;
  }
}

}  // namespace continuo::dsp
