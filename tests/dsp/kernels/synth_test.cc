// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/synth.h"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>

#include "dsp/kernels/oscillator.h"
#include "dsp/kernels/soloist.h"

namespace continuo::dsp {
namespace {

constexpr double kTwoPi = 6.283185307179586;

/// Amplitude of one frequency; a Hann window keeps neighbours out.
double LevelAt(const std::vector<float>& samples, double hz) {
  std::complex<double> sum = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const double window = 1 - std::cos(kTwoPi * static_cast<double>(i) / samples.size());
    sum += window * samples[i] * std::polar(1.0, -kTwoPi * hz * static_cast<double>(i) / 48000);
  }
  return 2 * std::abs(sum) / static_cast<double>(samples.size());
}

/// One oscillator, open filter, organ envelope: what is heard is the waveform.
Soloist Plain(float wave) {
  Soloist synth(kSynth);
  for (const auto& [param, value] :
       std::initializer_list<std::pair<const char*, float>>{{"wave", wave},
                                                            {"osc2", 0},
                                                            {"cutoff", 18000},
                                                            {"envelope", 0},
                                                            {"keyfollow", 0},
                                                            {"sustain", 1},
                                                            {"attack", 0},
                                                            {"resonance", 0},
                                                            {"spread", 0},
                                                            {"gain", 0},
                                                            {"release", 50}}) {
    synth.Set(param, value);
  }
  synth.Play(4800);
  return synth;
}

TEST(Synth, PlaysInTune) {
  for (const int key : {33, 45, 57, 69, 81}) {
    Soloist synth = Plain(2);
    synth.On(key);
    synth.Play(4800);
    const auto tone = synth.Play(96'000);
    const double hz = 440 * std::pow(2, (key - 69) / 12.0);
    const double level = LevelAt(tone, hz);
    EXPECT_GT(level, 0.05) << key;
    EXPECT_LT(LevelAt(tone, hz * 1.02), level / 20) << key;
    EXPECT_LT(LevelAt(tone, hz / 1.02), level / 20) << key;
    EXPECT_LT(LevelAt(tone, hz * 2), level / 10) << "a triangle has no second harmonic";
  }
}

TEST(Synth, SawAliasesFarLessThanANaiveOne) {
  Soloist synth = Plain(0);
  synth.On(111);  // 4978 Hz: the 9th harmonic, at 44.8 kHz, would be heard at 3.2 kHz
  synth.Play(4800);
  const auto tone = synth.Play(48'000);
  const double hz = 440 * std::pow(2, 42 / 12.0);
  const double alias = 48000 - 9 * hz;
  EXPECT_LT(LevelAt(tone, alias), LevelAt(tone, hz) / 9 / 5) << "a naive saw: a ninth";
}

TEST(Synth, ResidualsJoinWithoutASeam) {
  Phase phase;
  phase.SetFrequency(1000);
  for (const float edge : {phase.dt, 1.0f - phase.dt}) {
    EXPECT_NEAR(StepResidual(edge - 1e-7f, phase), StepResidual(edge + 1e-7f, phase), 1e-4);
    EXPECT_NEAR(CornerResidual(edge - 1e-7f, phase), CornerResidual(edge + 1e-7f, phase), 1e-4);
  }
  EXPECT_NEAR(CornerResidual(0.0f, phase), CornerResidual(0.9999999f, phase), 1e-4);
}

TEST(Synth, ReleasedNoteEndsAndIsExactlySilent) {
  Soloist synth = Plain(0);
  synth.On(60);
  EXPECT_GT(PeakOf(synth.Play(4800)), 0.05f);
  synth.Off(60);
  synth.Play(48'000);
  EXPECT_EQ(PeakOf(synth.Play(4800)), 0.0f);
}

TEST(Synth, AllNotesOffReleasesEveryVoice) {
  Soloist synth = Plain(0);
  for (int key = 40; key < 52; ++key) synth.On(key);
  synth.Play(4800);
  synth.AllOff();
  synth.Play(48'000);
  EXPECT_EQ(PeakOf(synth.Play(4800)), 0.0f);
}

TEST(Synth, VelocityMatters) {
  Soloist soft = Plain(0), hard = Plain(0);
  soft.Set("velocity", 1);
  hard.Set("velocity", 1);
  soft.On(60, 0.5f);
  hard.On(60, 1.0f);
  EXPECT_NEAR(PeakOf(hard.Play(9600)) / PeakOf(soft.Play(9600)), 4.0f, 0.2f);
}

TEST(Synth, SeventeenthNoteTakesTheOldestReleasedVoice) {
  Soloist synth = Plain(2);
  synth.Set("release", 20000);
  for (int key = 60; key < 76; ++key) synth.On(key);
  synth.Play(480);
  synth.Off(64);
  synth.Play(480);
  synth.On(90);
  synth.Play(4800);
  const auto tone = synth.Play(96'000);
  const auto level = [&](int key) { return LevelAt(tone, 440 * std::pow(2, (key - 69) / 12.0)); };
  EXPECT_LT(level(64), level(60) / 10);
  EXPECT_GT(level(60), 0.01) << "the oldest, but held";
  EXPECT_GT(level(90), 0.005);
}

TEST(Synth, CutoffDarkens) {
  Soloist bright = Plain(0), dark = Plain(0);
  dark.Set("cutoff", 500);
  bright.On(57);
  dark.On(57);
  bright.Play(9600);
  dark.Play(9600);
  const auto a = bright.Play(48'000), b = dark.Play(48'000);
  EXPECT_NEAR(LevelAt(b, 220), LevelAt(a, 220), 0.1 * LevelAt(a, 220));
  EXPECT_LT(LevelAt(b, 2200), LevelAt(a, 2200) / 100) << "24 dB per octave";
}

TEST(Synth, SpreadVoicesSitInDifferentPlaces) {
  Soloist synth = Plain(0);
  synth.Set("spread", 1);
  synth.On(60);
  const auto left = synth.Play(9600);
  EXPECT_GT(std::abs(PeakOf(left) - PeakOf(synth.right)), 0.01f);
}

}  // namespace
}  // namespace continuo::dsp
