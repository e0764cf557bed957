// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "dsp/base/bytes.h"
#include "dsp/base/math.h"

namespace continuo::dsp {

/// Per-step coefficients of an attack, decay, sustain, release curve. A step is one sample, or one control period.
struct EnvelopeShape {
  float attack = 1;  ///< added per step
  float decay = 1;   ///< share of the way to `sustain` per step
  float sustain = 1;
  float release = 1;  ///< share of the way to silence per step

  /// Times in milliseconds: attack to the top, decay and release until 60 dB of the way are gone.
  static EnvelopeShape Of(float attack_ms, float decay_ms, float sustain, float release_ms,
                          float steps_per_ms) {
    return {.attack = attack_ms * steps_per_ms <= 1.0f ? 1.0f : 1.0f / (attack_ms * steps_per_ms),
            .decay = Share(decay_ms * steps_per_ms),
            .sustain = sustain,
            .release = Share(release_ms * steps_per_ms)};
  }
  static float Share(float steps) { return steps <= 1.0f ? 1.0f : 1.0f - Exp(-6.9077554f / steps); }
};

enum class EnvelopeStage : std::uint8_t { kIdle, kAttack, kDecay, kRelease };

struct Envelope {
  EnvelopeStage stage = EnvelopeStage::kIdle;
  float level = 0;

  /// From the present level, so that a stolen voice does not click.
  void Begin() { stage = EnvelopeStage::kAttack; }
  void Release() {
    if (stage != EnvelopeStage::kIdle) stage = EnvelopeStage::kRelease;
  }
  /// The level of this step; goes on to the next.
  float Step(const EnvelopeShape& shape) {
    const float now = level;
    switch (stage) {
      case EnvelopeStage::kAttack:
        level += shape.attack;
        if (level >= 1.0f) {
          level = 1.0f;
          stage = EnvelopeStage::kDecay;
        }
        break;
      case EnvelopeStage::kDecay:
        level += (shape.sustain - level) * shape.decay;
        if (level < kSilence && shape.sustain < kSilence) End();
        break;
      case EnvelopeStage::kRelease:
        level -= level * shape.release;
        if (level < kSilence) End();
        break;
      case EnvelopeStage::kIdle:
        break;
    }
    return now;
  }
  void End() {
    stage = EnvelopeStage::kIdle;
    level = 0.0f;
  }
  void Snapshot(ByteWriter& out) const {
    out.Le(static_cast<std::uint8_t>(stage));
    out.F32(level);
  }
  bool Restore(ByteReader& in) {
    const auto bits = in.Le<std::uint8_t>();
    stage = static_cast<EnvelopeStage>(bits);
    level = in.F32();
    return bits <= static_cast<std::uint8_t>(EnvelopeStage::kRelease) && level >= 0.0f &&
           level <= 1.0f;
  }

  static constexpr float kSilence = 3e-5f;  ///< -90 dB
};

}  // namespace continuo::dsp
