// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/synth_params.h"

#include "dsp/base/math.h"

namespace continuo::dsp {

using enum Curve;

constinit const ParamDescription kSynthParams[kSynthParamCount] = {
    {"gain", "dB", -96.0f, 24.0f, -6.0f, "Level of the whole instrument.", kLinear, 10.0f},
    {"wave", "", 0.0f, 2.0f, 0.0f, "0 saw, 1 square, 2 triangle; between them a mix of the two.",
     kLinear, 10.0f},
    {"osc2", "", 0.0f, 1.0f, 0.5f, "Share of the second oscillator; 0 is the first alone.", kLinear,
     10.0f},
    {"semitones", "", -24.0f, 24.0f, 0.0f, "The second oscillator's interval to the first.",
     kLinear, 10.0f},
    {"detune", "cent", -100.0f, 100.0f, 8.0f, "Fine tuning of the second oscillator.", kLinear,
     10.0f},
    {"sub", "", 0.0f, 1.0f, 0.0f, "Level of a square an octave below.", kLinear, 10.0f},
    {"cutoff", "Hz", 20.0f, 18000.0f, 2400.0f, "Where the low-pass begins, at middle C.", kLog,
     10.0f},
    {"resonance", "", 0.0f, 1.0f, 0.2f, "Emphasis at the cut-off.", kLinear, 10.0f},
    {"envelope", "octave", -6.0f, 6.0f, 2.0f, "How far the filter envelope moves the cut-off.",
     kLinear, 10.0f},
    {"keyfollow", "", 0.0f, 1.0f, 0.5f, "Octaves of cut-off per octave of pitch.", kLinear, 10.0f},
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
    {"width", "", 0.05f, 0.95f, 0.5f, "Share of the cycle that the square is high.", kLinear,
     10.0f},
    {"lfo_rate", "Hz", 0.01f, 30.0f, 5.0f, "Speed of the slow oscillator.", kLog},
    {"lfo_wave", "", 0.0f, 1.0f, 0.0f, "Shape of the slow oscillator: 0 sine, 1 triangle.", kStep},
    {"lfo_pitch", "cent", 0.0f, 1200.0f, 0.0f, "How far it moves the pitch, up and down.", kLinear,
     10.0f},
    {"lfo_filter", "octave", 0.0f, 4.0f, 0.0f, "How far it moves the cut-off, up and down.",
     kLinear, 10.0f},
    {"lfo_amp", "", 0.0f, 1.0f, 0.0f, "How far it lowers the level: 1 is to silence.", kLinear,
     10.0f},
    {"mono", "", 0.0f, 2.0f, 0.0f,
     "0 plays chords; 1 one note at a time; 2 as 1, and a key struck while another is held slurs.",
     kStep},
    {"glide", "ms", 0.0f, 5000.0f, 0.0f, "One note at a time: how long it slides to the next."},
};

Patch MakePatch(const SynthValues& values) {
  using enum SynthParam;
  const auto at = [&values](SynthParam param) { return ValueOf(values, param); };
  constexpr float kPerMs = kSampleRate / 1000.0f;
  Patch patch;
  patch.osc2_octaves = at(kSemitones) * (1.0f / 12.0f) + at(kDetune) * (1.0f / 1200.0f);
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

Mix MakeMix(const SynthValues& values, float lfo) {
  using enum SynthParam;
  const auto at = [&values](SynthParam param) { return ValueOf(values, param); };
  const float wave = at(kWave);
  Mix mix;
  mix.saw = wave <= 1.0f ? 1.0f - wave : 0.0f;
  mix.square = wave <= 1.0f ? wave : 2.0f - wave;
  mix.triangle = wave <= 1.0f ? 0.0f : wave - 1.0f;
  mix.width = at(kWidth);
  mix.osc1 = 1.0f - at(kOsc2);
  mix.osc2 = at(kOsc2);
  mix.sub = at(kSub);
  // Resonance adds level at the cut-off; giving some back keeps patches comparable.
  mix.level = (1.0f - 0.5f * at(kResonance)) * (1.0f - at(kLfoAmp) * (0.5f - 0.5f * lfo));
  return mix;
}

}  // namespace continuo::dsp
