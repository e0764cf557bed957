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
    SetStep(static_cast<std::uint32_t>(cycles * 0x1p32f));
  }
  /// Above 0 and below half a cycle.
  void SetStep(std::uint32_t per_sample) {
    step = per_sample;
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

/// High for `width` of the cycle, without a constant part. At high notes the two edges keep a sample between them.
inline float Pulse(const Phase& phase, float width) {
  const float t = phase.Cycles();
  const float high = width < phase.dt          ? phase.dt
                     : width > 1.0f - phase.dt ? 1.0f - phase.dt
                                               : width;
  const float since = t < high ? t - high + 1.0f : t - high;
  const float edges = StepResidual(t, phase) - StepResidual(since, phase);
  return (t < high ? 1.0f : -1.0f) + edges - (2.0f * high - 1.0f);
}

inline float Square(const Phase& phase) {
  return Pulse(phase, 0.5f);
}

inline float Triangle(const Phase& phase) {
  const float t = phase.Cycles();
  const float half = t < 0.5f ? t + 0.5f : t - 0.5f;
  const float ramp = t < 0.5f ? 4.0f * t - 1.0f : 3.0f - 4.0f * t;
  return ramp + 4.0f * phase.dt * (CornerResidual(t, phase) - CornerResidual(half, phase));
}

}  // namespace continuo::dsp
