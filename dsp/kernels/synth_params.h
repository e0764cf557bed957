// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "dsp/kernels/gliding_params.h"
#include "dsp/kernels/kernel.h"
#include "dsp/kernels/synth_voice.h"

namespace continuo::dsp {

/// Positions in kSynthParams.
enum class SynthParam : std::uint16_t {
  kGain,
  kWave,
  kOsc2,
  kSemitones,
  kDetune,
  kSub,
  kCutoff,
  kResonance,
  kEnvelope,
  kKeyFollow,
  kAttack,
  kDecay,
  kSustain,
  kRelease,
  kFilterAttack,
  kFilterDecay,
  kFilterSustain,
  kFilterRelease,
  kVelocity,
  kSpread,
  kWidth,
  kLfoRate,
  kLfoWave,
  kLfoPitch,
  kLfoFilter,
  kLfoAmp,
  kMono,
  kGlide,
  kCount,
};
inline constexpr std::size_t kSynthParamCount = static_cast<std::size_t>(SynthParam::kCount);

extern const ParamDescription kSynthParams[kSynthParamCount];
using SynthValues = GlidingParams<kSynthParams>;

inline float ValueOf(const SynthValues& values, SynthParam param) {
  return values[static_cast<std::size_t>(param)];
}

/// What the voices need of the parameters.
Patch MakePatch(const SynthValues& values);
/// `lfo`: -1..1.
Mix MakeMix(const SynthValues& values, float lfo);

}  // namespace continuo::dsp
