// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/synth_params.h"

#include "dsp/base/math.h"

namespace continuo::dsp {

constinit const ParamDescription kSynthParams[kSynthParamCount] = {
    {"gain", "dB", -96.0f, 24.0f, -6.0f, "Level of the whole instrument."},
    {"wave", "", 0.0f, 2.0f, 0.0f, "0 saw, 1 square, 2 triangle; between them a mix of the two."},
    {"osc2", "", 0.0f, 1.0f, 0.5f, "Share of the second oscillator; 0 is the first alone."},
    {"semitones", "", -24.0f, 24.0f, 0.0f, "The second oscillator's interval to the first."},
    {"detune", "cent", -100.0f, 100.0f, 8.0f, "Fine tuning of the second oscillator."},
    {"sub", "", 0.0f, 1.0f, 0.0f, "Level of a square an octave below."},
    {"cutoff", "Hz", 20.0f, 18000.0f, 2400.0f, "Where the low-pass begins, at middle C."},
    {"resonance", "", 0.0f, 1.0f, 0.2f, "Emphasis at the cut-off."},
    {"envelope", "octave", -6.0f, 6.0f, 2.0f, "How far the filter envelope moves the cut-off."},
    {"keyfollow", "", 0.0f, 1.0f, 0.5f, "Octaves of cut-off per octave of pitch."},
    {"attack", "ms", 0.0f, 10000.0f, 3.0f, "From silence to the top."},
    {"decay", "ms", 1.0f, 20000.0f, 800.0f, "From the top to the sustain level, 60 dB of the way."},
    {"sustain", "", 0.0f, 1.0f, 0.7f, "Level while the key is held."},
    {"release", "ms", 1.0f, 20000.0f, 300.0f, "After the key: time to fall by 60 dB."},
    {"filter_attack", "ms", 0.0f, 10000.0f, 0.0f, "As attack, for the filter."},
    {"filter_decay", "ms", 1.0f, 20000.0f, 600.0f, "As decay, for the filter."},
    {"filter_sustain", "", 0.0f, 1.0f, 0.3f, "As sustain, for the filter."},
    {"filter_release", "ms", 1.0f, 20000.0f, 400.0f, "As release, for the filter."},
    {"velocity", "", 0.0f, 1.0f, 0.6f, "How much the force of a stroke matters for its level."},
    {"spread", "", 0.0f, 1.0f, 0.3f, "How far the voices are spread over the stereo field."},
};

Patch MakePatch(const SynthValues& values) {
  using enum SynthParam;
  const auto at = [&values](SynthParam param) { return ValueOf(values, param); };
  constexpr float kPerMs = kSampleRate / 1000.0f;
  Patch patch;
  patch.shape = Shape::Of(at(kWave));
  patch.osc2 = at(kOsc2);
  patch.osc2_ratio = Exp2(at(kSemitones) * (1.0f / 12.0f) + at(kDetune) * (1.0f / 1200.0f));
  patch.sub = at(kSub);
  patch.cutoff_octaves = Log2(at(kCutoff));
  patch.resonance = at(kResonance);
  patch.env_octaves = at(kEnvelope);
  patch.key_follow = at(kKeyFollow);
  patch.velocity = at(kVelocity);
  patch.spread = at(kSpread);
  patch.amp = EnvelopeShape::Of(at(kAttack), at(kDecay), at(kSustain), at(kRelease), kPerMs);
  patch.filter = EnvelopeShape::Of(at(kFilterAttack), at(kFilterDecay), at(kFilterSustain),
                                   at(kFilterRelease), kPerMs / kControlFrames);
  return patch;
}

}  // namespace continuo::dsp
