// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/fm_params.h"

#include <algorithm>

#include "dsp/base/math.h"

namespace continuo::dsp {
namespace {

constexpr float kGlideMs = 10.0f;

struct Names {
  const char *ratio, *detune, *level, *attack, *decay, *sustain, *release;
};

constexpr Names kNames[kOperators] = {
    {"op1.ratio", "op1.detune", "op1.level", "op1.attack", "op1.decay", "op1.sustain",
     "op1.release"},
    {"op2.ratio", "op2.detune", "op2.level", "op2.attack", "op2.decay", "op2.sustain",
     "op2.release"},
    {"op3.ratio", "op3.detune", "op3.level", "op3.attack", "op3.decay", "op3.sustain",
     "op3.release"},
    {"op4.ratio", "op4.detune", "op4.level", "op4.attack", "op4.decay", "op4.sustain",
     "op4.release"},
};

/// What an operator begins as: an electric piano.
struct Initial {
  float ratio, level, decay, sustain;
};
constexpr Initial kInitial[kOperators] = {
    {1.0f, 0.8f, 2500.0f, 0.3f},
    {14.0f, 0.08f, 350.0f, 0.0f},
    {1.0f, 0.8f, 3000.0f, 0.3f},
    {1.0f, 0.16f, 2000.0f, 0.2f},
};

constexpr std::array<ParamDescription, fm::kParamCount> Describe() {
  std::array<ParamDescription, fm::kParamCount> params{};
  params[fm::kGain] = {"gain",         "dB",    -96.0f,
                       24.0f,          -6.0f,   "Level of the whole instrument.",
                       Curve::kLinear, kGlideMs};
  params[fm::kAlgorithm] = {
      "algorithm", "",
      1.0f,        kAlgorithms,
      5.0f,        "Who modulates whom: 1 all in a row .. 8 all heard. From the next note on.",
      Curve::kStep};
  params[fm::kFeedback] = {"feedback",     "",      0.0f,
                           1.0f,           0.0f,    "How much operator 4 modulates itself.",
                           Curve::kLinear, kGlideMs};
  params[fm::kVelocity] = {
      "velocity", "", 0.0f, 1.0f, 0.6f, "How much the force of a stroke matters for its level."};
  params[fm::kTouch] = {
      "touch", "", 0.0f, 1.0f, 0.6f, "How much the force of a stroke matters for its brightness."};
  for (int k = 0; k < kOperators; ++k) {
    const Names& name = kNames[k];
    const Initial& initial = kInitial[k];
    ParamDescription* const op = &params[fm::kOperator1 + k * fm::kPerOperator];
    op[fm::kRatio] = {
        name.ratio,  "",      0.125f, 32.0f, initial.ratio, "Its frequency against the note's.",
        Curve::kLog, kGlideMs};
    op[fm::kDetune] = {name.detune, "cent",         -100.0f,        100.0f,
                       0.0f,        "Fine tuning.", Curve::kLinear, kGlideMs};
    op[fm::kLevel] = {
        name.level,     "",
        0.0f,           1.0f,
        initial.level,  "Its level where it is heard; where it modulates, 1 is an index of 4 pi.",
        Curve::kLinear, kGlideMs};
    op[fm::kAttack] = {name.attack, "ms", 0.0f, 10000.0f, 1.0f, "From silence to the top."};
    op[fm::kDecay] = {name.decay,    "ms",
                      1.0f,          20000.0f,
                      initial.decay, "From the top to the sustain level, 60 dB of the way.",
                      Curve::kLog};
    op[fm::kSustain] = {name.sustain,
                        "",
                        0.0f,
                        1.0f,
                        initial.sustain,
                        "Level while the key is held; a sounding note goes on to it."};
    op[fm::kRelease] = {name.release, "ms",   1.0f,
                        20000.0f,     300.0f, "After the key: time to fall by 60 dB.",
                        Curve::kLog};
  }
  return params;
}

}  // namespace

constinit const std::array<ParamDescription, fm::kParamCount> kFmParams = Describe();

// From all in a row to all side by side, as four-operator instruments number them.
constinit const std::array<FmAlgorithm, kAlgorithms> kFmAlgorithms = {{
    {{0b0010, 0b0100, 0b1000, 0}, 0b0001},  // 4 > 3 > 2 > 1
    {{0b0010, 0b1100, 0, 0}, 0b0001},       // 4, 3 > 2 > 1
    {{0b1010, 0b0100, 0, 0}, 0b0001},       // 4 > 1, 3 > 2 > 1
    {{0b0110, 0, 0b1000, 0}, 0b0001},       // 4 > 3 > 1, 2 > 1
    {{0b0010, 0, 0b1000, 0}, 0b0101},       // 4 > 3, 2 > 1
    {{0b1000, 0b1000, 0b1000, 0}, 0b0111},  // 4 > 1, 2, 3
    {{0, 0, 0b1000, 0}, 0b0111},            // 4 > 3, 2, 1
    {{0, 0, 0, 0}, 0b1111},                 // 4, 3, 2, 1
}};

FmPatch MakeFmPatch(const FmValues& values) {
  constexpr float kPerMs = kSampleRate / 1000.0f;
  FmPatch patch;
  for (std::size_t k = 0; k < kOperators; ++k) {
    const std::size_t op = fm::kOperator1 + k * fm::kPerOperator;
    const float detune = values[op + fm::kDetune];
    patch.ratio[k] = values[op + fm::kRatio];
    if (detune != 0.0f) patch.ratio[k] *= Exp2(detune * (1.0f / 1200.0f));
    patch.shape[k] =
        EnvelopeShape::Of(values[op + fm::kAttack], values[op + fm::kDecay],
                          values[op + fm::kSustain], values[op + fm::kRelease], kPerMs);
  }
  patch.velocity = values[fm::kVelocity];
  patch.touch = values[fm::kTouch];
  patch.algorithm = static_cast<std::uint8_t>(values[fm::kAlgorithm] - 0.5f);
  return patch;
}

FmLevels MakeFmLevels(const FmValues& values) {
  FmLevels levels;
  // On its way a value may overshoot by a rounding.
  const auto share = [&values](std::size_t i) { return std::clamp(values[i], 0.0f, 1.0f); };
  for (std::size_t k = 0; k < kOperators; ++k) {
    levels.of[k] = share(fm::kOperator1 + k * fm::kPerOperator + fm::kLevel);
  }
  // Half a cycle at most: beyond, it is noise.
  levels.feedback = 0.5f * share(fm::kFeedback);
  return levels;
}

}  // namespace continuo::dsp
