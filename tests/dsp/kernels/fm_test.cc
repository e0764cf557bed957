// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/fm.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "dsp/kernels/soloist.h"
#include "dsp/kernels/tone.h"

namespace continuo::dsp {
namespace {

constexpr double kIndexOfOne = 4 * M_PI;
constexpr double kFullVoice = 0.25;

/// The frequency that is played for one: phases step by whole 2^-32 of a cycle.
double Stepped(float hz) {
  const auto steps = static_cast<std::uint32_t>(hz * (1.0f / 48000) * 0x1p32f);
  return static_cast<double>(steps) * 48000 * 0x1p-32;
}

/// All operators still and sustained; then what a test sets.
Soloist Organ(float algorithm) {
  Soloist fm(kFm, {}, {}, 1);
  fm.Set("gain", 0);
  fm.Set("velocity", 0);
  fm.Set("touch", 0);
  fm.Set("algorithm", algorithm);
  for (int k = 1; k <= 4; ++k) {
    const std::string op = "op" + std::to_string(k) + ".";
    fm.Set(op + "level", 0);
    fm.Set(op + "ratio", 1);
    fm.Set(op + "attack", 0);
    fm.Set(op + "sustain", 1);
    fm.Set(op + "release", 50);
  }
  fm.Play(1000);
  return fm;
}

TEST(Fm, OneCarrierIsAPureSine) {
  Soloist fm = Organ(8);
  fm.Set("op1.level", 1);
  fm.Play(1000);
  fm.On(69);
  fm.Play(480);
  const auto tone = fm.Play(24'000);
  EXPECT_NEAR(LevelAt(tone, 440), kFullVoice, 1e-4);
  // A table of 2048 points with lines between them is off by (2 pi / 2048)^2 / 8 at most.
  EXPECT_LT(ResidueDb(tone, {Stepped(440)}), -115);
}

/// Sidebands of index b lie at c + k m with the amplitudes J_k(b).
TEST(Fm, SidebandsAreBesselFunctionsOfTheIndex) {
  const double carrier = 4 * 440, modulator = 440;
  for (const double index : {0.5, 1.0, 2.405, 4.0}) {
    Soloist fm = Organ(5);
    fm.Set("op1.level", 1);
    fm.Set("op1.ratio", 4);
    fm.Set("op2.level", static_cast<float>(index / kIndexOfOne));
    fm.Play(1000);
    fm.On(69);
    fm.Play(480);
    const auto tone = fm.Play(48'000);
    for (int k = -3; k <= 8; ++k) {
      // Those below zero come back and add to others; here up to the third below there are none to speak of.
      const double want = kFullVoice * std::abs(std::cyl_bessel_j(std::abs(k), index));
      const double folded = kFullVoice * std::abs(std::cyl_bessel_j(8 + k, index));
      const double got = LevelAt(tone, carrier + k * modulator);
      EXPECT_NEAR(got, want, folded + 1e-4) << "index " << index << ", sideband " << k;
    }
  }
}

TEST(Fm, CarrierVanishesWhereItsBesselFunctionDoes) {
  Soloist fm = Organ(5);
  fm.Set("op1.level", 1);
  fm.Set("op1.ratio", 4);
  fm.Set("op2.level", static_cast<float>(2.404825557695773 / kIndexOfOne));
  fm.Play(1000);
  fm.On(69);
  fm.Play(480);
  const auto tone = fm.Play(48'000);
  // What is left is J_8, folded at zero: 1.4e-5 / 0.25, or -74 dB below the first sideband.
  EXPECT_LT(ToDb(LevelAt(tone, 1760) / LevelAt(tone, 2200)), -70);
}

/// "43": operator 4 moves the phase of 3.
struct Drawing {
  std::vector<std::string> arrows;
  std::string heard;
};
const Drawing kDrawings[] = {
    {{"43", "32", "21"}, "1"}, {{"42", "32", "21"}, "1"},
    {{"41", "32", "21"}, "1"}, {{"43", "31", "21"}, "1"},
    {{"43", "21"}, "13"},      {{"41", "42", "43"}, "123"},
    {{"43"}, "123"},           {{}, "1234"},
};

TEST(Fm, EachAlgorithmIsTheSumsOfItsDrawing) {
  constexpr double kLevels[] = {0.9, 0.15, 0.12, 0.1}, kRatios[] = {1, 2, 3, 5};
  for (int algorithm = 1; algorithm <= 8; ++algorithm) {
    Soloist fm = Organ(static_cast<float>(algorithm));
    for (int k = 0; k < 4; ++k) {
      const std::string op = "op" + std::to_string(k + 1) + ".";
      fm.Set(op + "level", static_cast<float>(kLevels[k]));
      fm.Set(op + "ratio", static_cast<float>(kRatios[k]));
    }
    fm.Play(1000);
    fm.On(69);
    const auto heard = fm.Play(1000);
    const Drawing& drawing = kDrawings[algorithm - 1];
    for (int i = 0; i < 1000; ++i) {
      double moved[4] = {}, sum = 0;
      for (int k = 3; k >= 0; --k) {
        const double op = kLevels[k] * std::sin(2 * M_PI * 440 * kRatios[k] * i / 48000 + moved[k]);
        for (const std::string& arrow : drawing.arrows) {
          if (arrow[0] == '1' + k) moved[arrow[1] - '1'] += kIndexOfOne * op;
        }
        if (drawing.heard.find(static_cast<char>('1' + k)) != std::string::npos) sum += op;
      }
      ASSERT_NEAR(heard[i], kFullVoice * sum, 2e-5) << "algorithm " << algorithm << ", " << i;
    }
  }
}

/// An operator that moves its own phase by b radians of its output has the harmonics 2 J_k(k b) / (k b), as the planets
/// of Kepler and Bessel; b up to 1.
TEST(Fm, FeedbackMakesHarmonicsThatFallSteadily) {
  Soloist fm = Organ(8);
  fm.Set("op4.level", 1);
  fm.Set("feedback", static_cast<float>(M_1_PI));  // of half a cycle: b = 1
  fm.Play(1000);
  fm.On(21);  // so deep that the two outputs, of which the mean is fed back, are as good as one
  fm.Play(4800);
  const auto tone = fm.Play(48'000);
  for (int k = 1; k <= 5; ++k) {
    const double want = kFullVoice * 2 * std::cyl_bessel_j(k, k) / k;
    EXPECT_NEAR(ToDb(LevelAt(tone, 27.5 * k)), ToDb(want), 0.06 * k) << k;
  }
}

TEST(Fm, EnvelopeOfACarrierKeepsItsTimes) {
  Soloist fm = Organ(8);
  for (const auto& [param, value] :
       std::initializer_list<std::pair<const char*, float>>{{"op1.level", 1},
                                                            {"op1.attack", 100},
                                                            {"op1.decay", 200},
                                                            {"op1.sustain", 0.5f},
                                                            {"op1.release", 150}}) {
    fm.Set(param, value);
  }
  fm.Play(1000);
  fm.On(105);  // 3520 Hz: fast enough to see the envelope
  const auto heard = fm.Play(24'000);
  fm.Off(105);
  const auto after = fm.Play(9600);
  const auto peak = [](const std::vector<float>& s, double ms) {
    const auto at = s.begin() + static_cast<std::ptrdiff_t>(ms * 48);
    return PeakOf({at - 24, at + 24}) / kFullVoice;
  };
  EXPECT_NEAR(peak(heard, 50), 0.5, 0.02);
  EXPECT_NEAR(peak(heard, 100), 1.0, 0.02);
  EXPECT_NEAR(peak(heard, 300), 0.5, 0.01);
  EXPECT_NEAR(peak(heard, 200), 0.5 + 0.5 * std::pow(10, -1.5), 0.01) << "30 dB of the way";
  EXPECT_NEAR(ToDb(peak(after, 75) / 0.5), -30, 1);
  EXPECT_NEAR(ToDb(peak(after, 149) / 0.5), -60, 1);
}

TEST(Fm, VelocityIsLoudnessAndTouchIsBrightness) {
  const auto level = [](const char* param, double hz) {
    double levels[2];
    for (int i = 0; i < 2; ++i) {
      Soloist fm = Organ(5);
      fm.Set("op1.level", 1);
      fm.Set("op2.level", 0.05f);
      fm.Set(param, 1);
      fm.Play(1000);
      fm.On(69, i == 0 ? 0.5f : 1.0f);
      fm.Play(480);
      levels[i] = LevelAt(fm.Play(9600), hz);
    }
    return levels[1] / levels[0];
  };
  EXPECT_NEAR(level("velocity", 440), 4, 0.01);
  // An index of 0.05 * 4 pi, and a quarter of it; the third harmonic is the second sideband.
  const double full = 0.05 * kIndexOfOne;
  const double ratio = std::cyl_bessel_j(2, full) / std::cyl_bessel_j(2, full / 4);
  EXPECT_NEAR(level("touch", 1320), ratio, 0.01 * ratio);
}

TEST(Fm, NotesBeginOnTheirSample) {
  Soloist fm = Organ(8);
  fm.Set("op1.level", 1);
  fm.Play(1007);
  fm.On(69);
  const auto heard = fm.Play(10);
  EXPECT_EQ(heard[0], 0.0f) << "a sine begins with nothing";
  EXPECT_GT(heard[1], 0.0f);
}

TEST(Fm, ParametersChangeWithoutAClick) {
  const std::pair<const char*, float> changes[] = {
      {"op1.level", 0.1f}, {"op2.level", 0.1f}, {"op2.ratio", 2},   {"op4.level", 0.1f},
      {"op1.detune", 50},  {"op2.detune", -50}, {"feedback", 0.5f}, {"gain", -12}};
  for (const auto& entry : changes) {
    Soloist fm = Organ(3);
    fm.Set("op1.level", 0.5f);
    fm.Set("op2.level", 0.05f);
    fm.Set("op4.level", 0.05f);
    fm.Play(1000);
    fm.On(45);
    fm.Play(9600);
    const auto change = [&fm, &entry] { fm.Set(entry.first, entry.second); };
    EXPECT_LT(Click(fm, change), 1.5f) << entry.first;
  }
}

TEST(Fm, NewNotesTakeVoicesWithoutAClick) {
  Soloist fm = Organ(8);
  fm.Set("op1.level", 1);
  fm.Set("op1.attack", 20);
  fm.Play(1000);
  for (int i = 0; i < 16; ++i) fm.On(30 + i);
  fm.Play(9600);
  for (int i = 0; i < 16; ++i) {
    EXPECT_LT(Click(fm, [&fm, i] { fm.On(46 + i); }), 1.5f) << i;
  }
}

TEST(Fm, EveryNoteThatWasLetGoEnds) {
  Soloist fm = Organ(3);
  fm.Set("op1.level", 1);
  fm.Play(1000);
  for (int round = 0; round < 3; ++round) {
    for (int key = 20; key < 100; ++key) fm.On(key);
    fm.Play(100);
  }
  for (int key = 20; key < 100; ++key) fm.Off(key);
  fm.Play(9600);
  EXPECT_EQ(PeakOf(fm.Play(4800)), 0.0f);
}

TEST(Fm, HighNotesDoNotFoldOver) {
  Soloist fm = Organ(8);
  fm.Set("op1.level", 1);
  fm.Set("op1.ratio", 32);
  fm.Play(1000);
  fm.On(120);
  fm.Play(480);
  const auto tone = fm.Play(9600);
  EXPECT_LT(ResidueDb(tone, {Stepped(23'000)}), -100) << "an operator stays below half of the rate";
}

}  // namespace
}  // namespace continuo::dsp
