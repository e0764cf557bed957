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
  /// What to add `1 / share` times to arrive at `to`.
  SvfShape StepTo(const SvfShape& to, float share) const {
    return {(to.g - g) * share, (to.k - k) * share, (to.input - input) * share,
            (to.band - band) * share, (to.low - low) * share};
  }
  /// The mixture of both; a share of 1 is `to`, but for rounding.
  SvfShape Towards(const SvfShape& to, float share) const {
    SvfShape mixture = *this;
    mixture.Add(StepTo(to, share));
    return mixture;
  }
  /// What comes in goes out, whatever the filter remembers.
  bool IsFlat() const { return input == 1.0f && band == 0.0f && low == 0.0f; }
};

/// `frequency` in Hz below half the sample rate: where the gain is half (in dB) for shelves, the centre for peaks,
/// notches and tilts, where the gain is q for passes.
SvfShape LowShelf(float frequency, float gain_db, float q);
SvfShape Peak(float frequency, float gain_db, float q);
SvfShape HighShelf(float frequency, float gain_db, float q);
/// Half of `gain_db` up above the frequency, half of it down below.
SvfShape Tilt(float frequency, float gain_db, float q);
SvfShape LowPass(float frequency, float q);
SvfShape HighPass(float frequency, float q);
SvfShape Notch(float frequency, float q);

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

  bool operator==(const SvfState&) const = default;

  float Tick(const SvfCoefficients& c, float x) {
    const float y = TickAsItIs(c, x);
    s1 = Clean(s1);
    s2 = Clean(s2);
    return y;
  }
  /// The same; but the state is to be cleaned before the next one.
  float TickAsItIs(const SvfCoefficients& c, float x) {
    const float v3 = x - s2;
    const float band = c.a1 * s1 + c.a2 * v3;
    const float low = s2 + (c.a2 * s1 + c.a3 * v3);
    s1 = 2.0f * band - s1;
    s2 = 2.0f * low - s2;
    return c.input * x + (c.band * band + c.low * low);
  }
};

}  // namespace continuo::dsp
