// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "dsp/base/math.h"

namespace continuo::dsp {

/// Phase in 2^-32 of a cycle: it wraps by itself and never loses precision, however long a note is held.
struct Phase {
  std::uint32_t at = 0;
  std::uint32_t step = 0;  ///< per sample; below half a cycle
  float dt = 0;            ///< step in cycles
  float per_dt = 0;        ///< 1 / dt

  void SetFrequency(float hz) {
    // Up to 0.45 of the sample rate: beyond, the corrections of two corners would overlap.
    const float cycles = hz < 1.0f ? 1.0f / 48000.0f : hz > 21600.0f ? 0.45f : hz / 48000.0f;
    step = static_cast<std::uint32_t>(cycles * 0x1p32f);
    dt = static_cast<float>(step) * 0x1p-32f;
    per_dt = 1.0f / dt;
  }
  /// In cycles, [0, 1): the upper 24 bits, which a float holds exactly.
  float Cycles() const { return static_cast<float>(at >> 8) * 0x1p-24f; }
};

/// What a unit step at phase 0 lacks to be band-limited: a polynomial over the sample before and the one after it
/// (PolyBLEP: Välimäki, Huovilainen, "Antialiasing oscillators in subtractive synthesis", IEEE SPM 2007).
inline float StepResidual(float t, const Phase& phase) {
  if (t < phase.dt) {
    const float x = t * phase.per_dt - 1.0f;
    return -x * x;
  }
  if (t > 1.0f - phase.dt) {
    const float x = (t - 1.0f) * phase.per_dt + 1.0f;
    return x * x;
  }
  return 0.0f;
}

/// The same for a corner (a step of the slope): the integral of StepResidual.
inline float CornerResidual(float t, const Phase& phase) {
  if (t < phase.dt) {
    const float x = 1.0f - t * phase.per_dt;
    return x * x * x * (1.0f / 3.0f);
  }
  if (t > 1.0f - phase.dt) {
    const float x = (t - 1.0f) * phase.per_dt + 1.0f;
    return x * x * x * (1.0f / 3.0f);
  }
  return 0.0f;
}

inline float Saw(const Phase& phase) {
  const float t = phase.Cycles();
  return 2.0f * t - 1.0f - StepResidual(t, phase);
}

inline float Square(const Phase& phase) {
  const float t = phase.Cycles();
  const float half = t < 0.5f ? t + 0.5f : t - 0.5f;
  return (t < 0.5f ? 1.0f : -1.0f) + StepResidual(t, phase) - StepResidual(half, phase);
}

inline float Triangle(const Phase& phase) {
  const float t = phase.Cycles();
  const float half = t < 0.5f ? t + 0.5f : t - 0.5f;
  const float ramp = t < 0.5f ? 4.0f * t - 1.0f : 3.0f - 4.0f * t;
  return ramp + 4.0f * phase.dt * (CornerResidual(t, phase) - CornerResidual(half, phase));
}

/// How much of each shape: 0 saw, 1 square, 2 triangle, between them a mix of the two neighbours.
struct Shape {
  float saw = 1, square = 0, triangle = 0;

  static Shape Of(float wave) {
    if (wave <= 1.0f) return {1.0f - wave, wave, 0.0f};
    return {0.0f, 2.0f - wave, wave - 1.0f};
  }
  float Sample(const Phase& phase) const {
    float sum = 0.0f;
    if (saw != 0.0f) sum += saw * Saw(phase);
    if (square != 0.0f) sum += square * Square(phase);
    if (triangle != 0.0f) sum += triangle * Triangle(phase);
    return sum;
  }
};

}  // namespace continuo::dsp
