// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dsp/base/bytes.h"
#include "dsp/kernels/control_rate.h"
#include "dsp/kernels/oscillator.h"

namespace continuo::dsp {

/// What a synth makes of its oscillators' phases: how much of each shape, and of each oscillator. All are 0..1.
struct Mix {
  float saw = 1, square = 0, triangle = 0;
  float width = 0.5f;  ///< of the square: the share of the cycle for which it is high
  float osc1 = 1, osc2 = 0, sub = 0;
  float level = 1;

  bool operator==(const Mix&) const = default;

  float Sample(const Phase& phase) const {
    float sum = 0.0f;
    if (saw != 0.0f) sum += saw * Saw(phase);
    if (square != 0.0f) sum += square * Pulse(phase, width);
    if (triangle != 0.0f) sum += triangle * Triangle(phase);
    return sum;
  }

  void Snapshot(ByteWriter& out) const {
    for (const auto part : kParts) out.F32(this->*part);
  }
  bool Restore(ByteReader& in) {
    // On its way a value may overshoot by a rounding.
    constexpr float kSlack = 0.01f;
    bool ok = true;
    for (const auto part : kParts) {
      this->*part = in.F32();
      ok = ok && this->*part >= -kSlack && this->*part <= 1.0f + kSlack;
    }
    return ok && in.ok();
  }

  static constexpr float Mix::*kParts[] = {&Mix::saw,  &Mix::square, &Mix::triangle, &Mix::width,
                                           &Mix::osc1, &Mix::osc2,   &Mix::sub,      &Mix::level};
};

/// A part of a control period, within which the mix moves in a straight line.
struct MixStretch {
  Mix begin;      ///< at the first sample of the control period
  Mix step;       ///< so much more with each sample
  int first = 0;  ///< of the control period: where this stretch begins
  bool moving = false;

  /// `from` and `to`: at the ends of the control period.
  static MixStretch Of(const Mix& from, const Mix& to, int first) {
    MixStretch stretch{.begin = from, .step = {}, .first = first, .moving = !(from == to)};
    for (const auto part : Mix::kParts) {
      stretch.step.*part = (to.*part - from.*part) * (1.0f / kControlFrames);
    }
    return stretch;
  }
  /// `i` counts from the beginning of the stretch.
  Mix At(int i) const {
    const auto at = static_cast<float>(first + i);
    Mix mix;
    mix.saw = begin.saw + at * step.saw;
    mix.square = begin.square + at * step.square;
    mix.triangle = begin.triangle + at * step.triangle;
    mix.width = begin.width + at * step.width;
    mix.osc1 = begin.osc1 + at * step.osc1;
    mix.osc2 = begin.osc2 + at * step.osc2;
    mix.sub = begin.sub + at * step.sub;
    mix.level = begin.level + at * step.level;
    return mix;
  }
};

}  // namespace continuo::dsp
