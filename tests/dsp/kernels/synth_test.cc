// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/synth.h"

#include <gtest/gtest.h>

#include <cmath>
#include <utility>
#include <vector>

#include "dsp/kernels/oscillator.h"
#include "dsp/kernels/soloist.h"
#include "dsp/kernels/tone.h"

namespace continuo::dsp {
namespace {

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
    const double hz = 440 * std::pow(2, (key - 69) / 12.0);
    // So long that two per cent are more than the four bins of the window.
    const auto tone = synth.Play(static_cast<Frames>(4.4 * 48'000 / (0.02 * hz)));
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

double HzOf(int key) {
  return 440 * std::pow(2.0, (key - 69) / 12.0);
}

/// What is no harmonic, against all, in dB.
double AliasingDb(float wave, int key, float width = 0.5f) {
  Soloist synth = Plain(wave);
  synth.Set("width", width);
  synth.Play(4800);
  synth.On(key);
  synth.Play(4800);
  const auto tone = synth.Play(24'000);
  // Phases step by whole 2^-32 of a cycle: that is the pitch that is played.
  const double hz = std::floor(HzOf(key) / 48000 * 0x1p32) * 48000 / 0x1p32;
  std::vector<double> harmonics;
  for (double at = hz; at < 24'000; at += hz) harmonics.push_back(at);
  return ResidueDb(tone, harmonics);
}

TEST(Synth, AliasingStaysBelow) {
  EXPECT_LT(AliasingDb(0, 60), -45) << "saw, middle C";
  EXPECT_LT(AliasingDb(0, 84), -33) << "saw, two octaves up";
  EXPECT_LT(AliasingDb(1, 60), -45) << "square";
  EXPECT_LT(AliasingDb(1, 60, 0.2f), -45) << "pulse";
  EXPECT_LT(AliasingDb(2, 84), -60) << "triangle";
}

TEST(Synth, WidthOfAPulseIsItsSpectrum) {
  // Harmonic k of a pulse of width w is sin(pi k w) / k: the fourth of a quarter vanishes.
  Soloist synth = Plain(1);
  synth.Set("width", 0.25f);
  synth.Play(4800);
  synth.On(45);
  synth.Play(4800);
  const auto tone = synth.Play(48'000);
  const double first = LevelAt(tone, 110);
  EXPECT_NEAR(ToDb(LevelAt(tone, 220) / first), ToDb(1 / (2 * std::sin(M_PI / 4))), 0.1);
  EXPECT_LT(ToDb(LevelAt(tone, 440) / first), -60);
}

TEST(Synth, EnvelopeKeepsItsTimes) {
  Soloist synth = Plain(2);
  for (const auto& [param, value] : std::initializer_list<std::pair<const char*, float>>{
           {"attack", 100}, {"decay", 200}, {"sustain", 0.5f}, {"release", 150}}) {
    synth.Set(param, value);
  }
  synth.Play(4800);
  synth.On(93);  // 1760 Hz
  const auto heard = synth.Play(48'000);
  synth.Off(93);
  const auto after = synth.Play(9600);
  const auto peak = [](const std::vector<float>& s, double ms) {
    const auto at = s.begin() + static_cast<std::ptrdiff_t>(ms * 48);
    return PeakOf({at - 30, at + 30});
  };
  const double full = 2 * peak(heard, 900);
  EXPECT_NEAR(peak(heard, 50) / full, 0.5, 0.03);
  EXPECT_NEAR(peak(heard, 100) / full, 1.0, 0.03);
  EXPECT_NEAR(peak(heard, 200) / full, 0.5 + 0.5 * std::pow(10, -1.5), 0.02) << "30 dB of the way";
  EXPECT_NEAR(ToDb(peak(after, 75) / full * 2), -30, 1);
  EXPECT_NEAR(ToDb(peak(after, 148) / full * 2), -60, 2);
}

/// A4 as a saw through a low-pass at 1 kHz, moved at 10 Hz.
std::vector<float> Moved(const char* depth, float value) {
  Soloist synth = Plain(0);
  synth.Set("lfo_rate", 10);
  synth.Set("cutoff", 1000);
  synth.Set(depth, value);
  synth.Play(4800);
  synth.On(69);
  synth.Play(4800);
  return synth.Play(48'000);
}

TEST(Synth, VibratoIsFrequencyModulation) {
  // A deviation of 10 Hz at a rate of 10 Hz is an index of 1.
  const auto cents = static_cast<float>(1200 * std::log2(1 + 10.0 / 440));
  const auto still = Moved("lfo_pitch", 0), vibrato = Moved("lfo_pitch", cents);
  const double level = LevelAt(still, 440);
  EXPECT_NEAR(LevelAt(vibrato, 440) / level, std::cyl_bessel_j(0, 1), 0.02);
  EXPECT_NEAR(LevelAt(vibrato, 450) / level, std::cyl_bessel_j(1, 1), 0.02);
  EXPECT_NEAR(LevelAt(vibrato, 430) / level, std::cyl_bessel_j(1, 1), 0.02);
  EXPECT_NEAR(LevelAt(vibrato, 460) / level, std::cyl_bessel_j(2, 1), 0.02);
}

TEST(Synth, TremoloIsAmplitudeModulation) {
  const auto still = Moved("lfo_amp", 0), tremolo = Moved("lfo_amp", 1);
  const double level = LevelAt(still, 440);
  EXPECT_NEAR(LevelAt(tremolo, 440) / level, 0.5, 0.005) << "between 0 and 1";
  EXPECT_NEAR(LevelAt(tremolo, 450) / level, 0.25, 0.005);
  EXPECT_LT(LevelAt(tremolo, 460) / level, 0.005) << "a sine";
}

TEST(Synth, SlowOscillatorMovesTheFilter) {
  const auto still = Moved("lfo_filter", 0), wah = Moved("lfo_filter", 2);
  // Two octaves of a slope of 24 dB lie around the fifth harmonic; a fifth of an octave would make 0.3 of it.
  EXPECT_GT(LevelAt(wah, 2210) / LevelAt(still, 2200), 2);
}

TEST(Synth, SlurSlidesInAStraightLineOfPitchWithoutANewStroke) {
  Soloist synth = Plain(2);
  synth.Set("mono", 2);
  synth.Set("glide", 100);
  synth.Set("attack", 500);
  synth.On(57);
  synth.Play(48'000);
  synth.On(69);
  const auto slide = synth.Play(4800);
  // The fundamental of a triangle, on one of two sides.
  const double full = 0.25 * M_SQRT1_2 * 8 / (M_PI * M_PI);
  EXPECT_GT(PeakOf({slide.end() - 480, slide.end()}), 0.95f * 0.25f * static_cast<float>(M_SQRT1_2))
      << "no new attack";
  int crossings = 0;
  for (std::size_t i = 1; i < slide.size(); ++i)
    crossings += (slide[i] < 0) != (slide[i - 1] < 0) ? 1 : 0;
  EXPECT_NEAR(crossings, 2 * 220 * 0.1 / std::log(2), 1) << "from 220 to 440 Hz";
  EXPECT_NEAR(LevelAt(synth.Play(9600), 440), full, 0.02 * full) << "arrived after 100 ms";
  synth.Off(69);
  synth.Play(4816);
  EXPECT_NEAR(LevelAt(synth.Play(9600), 220), full, 0.02 * full) << "the key that is still held";
  synth.Off(57);
  synth.Play(9600);
  EXPECT_EQ(PeakOf(synth.Play(4800)), 0.0f);
}

TEST(Synth, OneNoteAtATimeMayStrikeEach) {
  for (const float mono : {1.0f, 2.0f}) {
    Soloist synth = Plain(2);
    synth.Set("mono", mono);
    synth.Set("attack", 100);
    synth.On(57);
    synth.Play(9600);
    synth.On(69);
    synth.Play(480);  // what was struck before has faded
    const double at_once = LevelAt(synth.Play(960), 440);
    synth.Play(9600);
    const double later = LevelAt(synth.Play(960), 440);
    if (mono == 1.0f) {
      EXPECT_NEAR(at_once / later, 0.2, 0.03) << "20 of 100 ms";
    } else {
      EXPECT_NEAR(at_once / later, 1.0, 0.03);
    }
  }
}

TEST(Synth, ANewWayOfPlayingLeavesNoNoteBehind) {
  Soloist synth = Plain(2);
  for (int key = 50; key < 60; ++key) synth.On(key);
  synth.Play(4800);
  synth.Set("mono", 1);
  synth.Play(9600);
  EXPECT_EQ(PeakOf(synth.Play(4800)), 0.0f);
}

TEST(Synth, OneNoteAtATimeIsOne) {
  for (const float mono : {1.0f, 2.0f}) {
    Soloist synth = Plain(2);
    synth.Set("mono", mono);
    for (int key = 40; key < 80; ++key) synth.On(key);  // more keys than it remembers
    synth.Play(4800);
    const auto tone = synth.Play(24'000);
    EXPECT_LT(ResidueDb(tone, {HzOf(79), 3 * HzOf(79), 5 * HzOf(79), 7 * HzOf(79), 9 * HzOf(79)}),
              -30);
    synth.Off(79);
    synth.Play(4800);
    EXPECT_GT(LevelAt(synth.Play(24'000), HzOf(78)), 0.1) << "the key before it is remembered";
    for (int key = 40; key < 80; ++key) synth.Off(key);
    synth.Play(9600);
    EXPECT_EQ(PeakOf(synth.Play(4800)), 0.0f) << "nothing is stuck";
  }
}

TEST(Synth, ParametersChangeWithoutAClick) {
  const std::pair<const char*, float> changes[] = {
      {"wave", 1},       {"osc2", 1},      {"semitones", 7}, {"detune", -50},   {"sub", 1},
      {"resonance", 1},  {"cutoff", 300},  {"cutoff", 4000}, {"envelope", -2},  {"keyfollow", 1},
      {"width", 0.2f},   {"spread", 1},    {"gain", -12},    {"lfo_amp", 0.5f}, {"lfo_pitch", 50},
      {"lfo_filter", 1}, {"lfo_rate", 20}, {"velocity", 0}};
  for (const auto& entry : changes) {
    Soloist synth = Plain(1.5f);
    synth.Set("osc2", 0.5f);
    synth.Set("cutoff", 600);
    synth.Play(4800);
    synth.On(45);
    synth.Play(9600);
    const auto change = [&synth, &entry] { synth.Set(entry.first, entry.second); };
    EXPECT_LT(Click(synth, change), 1.5f) << entry.first;
  }
}

TEST(Synth, NewNotesTakeVoicesWithoutAClick) {
  Soloist synth = Plain(2);
  synth.Set("attack", 20);
  synth.Set("cutoff", 600);
  synth.Play(4800);
  for (int i = 0; i < 16; ++i) synth.On(30 + i);
  synth.Play(9600);
  for (int i = 0; i < 16; ++i) {
    EXPECT_LT(Click(synth, [&synth, i] { synth.On(46 + i); }), 1.5f) << i;
  }
}

}  // namespace
}  // namespace continuo::dsp
