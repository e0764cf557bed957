// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dsp/base/math.h"

// Second-order filters as state-variable structures integrated by the trapezoidal rule: they stay stable and quiet
// while their coefficients move, and their low frequencies are not spoilt by float (Zavalishin, "The Art of VA Filter
// Design"; output mixes by Simper, "Linear Trapezoidal Integrated State Variable Filter", 2013). At rest they are the
// bilinear filters of Bristow-Johnson's Audio EQ Cookbook.

namespace continuo::dsp {

/// What a filter does: cut-off (g = tan(pi f / rate)), damping (k = 1 / Q) and how the input, the band and the low
/// output are mixed. All five may be interpolated.
struct SvfShape {
  float g = 0, k = 1;
  float input = 1, band = 0, low = 0;

  /// This shape moved on by `step`.
  void Add(const SvfShape& step) {
    g += step.g;
    k += step.k;
    input += step.input;
    band += step.band;
    low += step.low;
  }
};

/// `frequency` in Hz below half the sample rate: where the gain is half (in dB) for shelves, the centre for peaks.
SvfShape LowShelf(float frequency, float gain_db, float q);
SvfShape Peak(float frequency, float gain_db, float q);
SvfShape HighShelf(float frequency, float gain_db, float q);

/// A shape made ready to run; a division, so once per change.
struct SvfCoefficients {
  explicit SvfCoefficients(const SvfShape& shape)
      : a1(1.0f / (1.0f + shape.g * (shape.g + shape.k))),
        a2(shape.g * a1),
        a3(shape.g * a2),
        input(shape.input),
        band(shape.band),
        low(shape.low) {}

  float a1, a2, a3;
  float input, band, low;
};

/// The memory of one channel's filter.
struct SvfState {
  float s1 = 0, s2 = 0;

  float Tick(const SvfCoefficients& c, float x) {
    const float v3 = x - s2;
    const float band = c.a1 * s1 + c.a2 * v3;
    const float low = s2 + (c.a2 * s1 + c.a3 * v3);
    s1 = Clean(2.0f * band - s1);
    s2 = Clean(2.0f * low - s2);
    return c.input * x + (c.band * band + c.low * low);
  }
};

}  // namespace continuo::dsp
