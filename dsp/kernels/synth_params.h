// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "dsp/kernels/kernel.h"
#include "dsp/kernels/synth_voice.h"

namespace continuo::dsp {

/// Positions in kSynthParams.
enum class SynthParam : std::uint16_t {
  kGain, kWave, kOsc2, kSemitones, kDetune, kSub, kCutoff, kResonance, kEnvelope, kKeyFollow,
  kAttack, kDecay, kSustain, kRelease, kFilterAttack, kFilterDecay, kFilterSustain, kFilterRelease,
  kVelocity, kSpread, kCount,
};
inline constexpr std::size_t kSynthParamCount = static_cast<std::size_t>(SynthParam::kCount);

extern const ParamDescription kSynthParams[kSynthParamCount];

/// What the voices need of these parameter values (kSynthParamCount of them).
Patch MakePatch(const float* values);

}  // namespace continuo::dsp
