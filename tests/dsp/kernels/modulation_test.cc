// SPDX-License-Identifier: Apache-2.0
// Chorus, flanger and phaser.
#include <complex>
#include <string>

#include "dsp/kernels/lfo.h"
#include "dsp/kernels/rig.h"

namespace continuo::dsp {
namespace {

using Complex = std::complex<double>;

/// Response of a settled kernel to a sine of an even number of Hz.
Complex ResponseAt(Rig& rig, int hz, int channel = 0) {
  const Signal in = Sine(hz, 48'000, 0.5);
  const Signal out = rig.RenderAlike(in)[channel];
  Complex sum = 0, reference = 0;
  for (int i = 24'000; i < 48'000; ++i) {
    const Complex turn = std::polar(1.0, -2 * M_PI * hz * i / kSampleRate);
    sum += static_cast<double>(out[i]) * turn;
    reference += static_cast<double>(in[i]) * turn;
  }
  return sum / reference;
}

double Db(Complex response) {
  return 20 * std::log10(std::abs(response));
}

/// Sets the knobs and lets them arrive.
void Set(Rig& rig, std::initializer_list<std::pair<const char*, float>> knobs) {
  for (const auto& knob : knobs) rig.Set(knob.first, knob.second);
  rig.Settle();
}

/// How long the wet signal lags, sample by sample: a straight line that comes late by d is lower by d steps.
std::vector<double> LagOf(Rig& rig, int channel, int frames) {
  constexpr float kStep = 0x1p-17f;
  Signal line(frames);
  for (int i = 0; i < frames; ++i) line[i] = kStep * static_cast<float>(i);
  const Signal out = rig.RenderAlike(line)[channel];
  std::vector<double> lag(frames);
  for (int i = 0; i < frames; ++i) {
    lag[i] = static_cast<double>(line[i] - out[i]) / static_cast<double>(kStep);
  }
  return lag;
}

TEST(SlowSine, IsASineWithin4TenThousandths) {
  double worst = 0;
  for (std::uint32_t i = 0; i < 100'000; ++i) {
    const std::uint32_t turn = i * 42'949u;
    const double want = std::sin(2 * M_PI * turn / 4294967296.0);
    worst = std::max(worst, std::abs(static_cast<double>(SlowSine(turn)) - want));
  }
  EXPECT_LT(worst, 4e-4);
}

TEST(Flanger, IsACombAtRest) {
  Rig rig("flanger", 1);
  Set(rig, {{"depth", 0}, {"delay", 1}, {"feedback", 0}, {"mix", 0.5f}});  // 48 samples
  for (const int hz : {100, 480, 750, 1000, 1480, 5000, 10'000}) {
    const Complex late = std::polar(1.0, -2 * M_PI * hz * 48 / kSampleRate);
    EXPECT_NEAR(Db(ResponseAt(rig, hz)), Db(0.5 * (1.0 + late)), 0.01) << hz;
  }
  EXPECT_LT(Db(ResponseAt(rig, 500)), -80);
}

TEST(Flanger, FeedbackSharpensTheComb) {
  for (const float feedback : {0.9f, -0.7f}) {
    Rig rig("flanger", 1);
    Set(rig, {{"depth", 0}, {"delay", 1}, {"feedback", feedback}, {"mix", 0.5f}});
    for (const int hz : {100, 500, 750, 1000, 1480}) {
      const Complex late = std::polar(1.0, -2 * M_PI * hz * 48 / kSampleRate);
      const Complex wet = late / (1.0 - static_cast<double>(feedback) * late);
      EXPECT_NEAR(Db(ResponseAt(rig, hz)), Db(0.5 * (1.0 + wet)), 0.02) << feedback << ' ' << hz;
    }
  }
}

TEST(Flanger, BetweenTwoSamplesItReadsAsLagrangeDoes) {
  Rig rig("flanger", 1);
  Set(rig, {{"depth", 0}, {"delay", 10.5f / 48}, {"feedback", 0}, {"mix", 1}});
  for (const int hz : {1000, 5000, 10'000, 15'000}) {
    const double w = 2 * M_PI * hz / kSampleRate;
    const double want = 20 * std::log10((9 * std::cos(w / 2) - std::cos(1.5 * w)) / 8);
    EXPECT_NEAR(Db(ResponseAt(rig, hz)), want, 0.01) << hz;
  }
  EXPECT_GT(Db(ResponseAt(rig, 5000)), -0.05);
}

TEST(Flanger, LagIsTheWaveThatTheKnobsSay) {
  Rig rig("flanger");
  Set(rig, {{"rate", 1}, {"depth", 5}, {"delay", 2}, {"feedback", 0}, {"mix", 1}, {"spread", 1}});
  const std::vector<double> left = LagOf(rig, 0, 96'000);
  const auto [least, most] = std::minmax_element(left.begin() + 1000, left.end());
  EXPECT_NEAR(*least, 2 * 48, 0.5);
  EXPECT_NEAR(*most, 7 * 48, 0.5);
  for (int i = 1000; i < 48'000; i += 100) EXPECT_NEAR(left[i], left[i + 48'000], 0.5) << i;
}

TEST(Flanger, SpreadLetsTheRightSideLag) {
  Rig rig("flanger");
  Set(rig,
      {{"rate", 0.5f}, {"depth", 5}, {"delay", 2}, {"feedback", 0}, {"mix", 1}, {"spread", 1}});
  Signal line(96'000);
  for (int i = 0; i < 96'000; ++i) line[i] = 0x1p-17f * static_cast<float>(i);
  const auto out = rig.RenderAlike(line);
  for (int i = 1000; i < 96'000; i += 500) {
    // Half a wave apart, the lags of both sides add up to twice the middle of the way.
    const double lags = static_cast<double>(2 * line[i] - out[0][i] - out[1][i]) * 0x1p17;
    EXPECT_NEAR(lags, 2 * 4.5 * 48, 1.0) << i;
  }
}

TEST(Chorus, VoicesAtRestAreOneDelay) {
  Rig rig("chorus");
  Set(rig, {{"depth", 0}, {"delay", 20}, {"mix", 1}});
  const Signal out = rig.RenderAlike(Impulse(2000))[1];
  EXPECT_NEAR(out[960], 1.0f, 1e-6f);
  EXPECT_NEAR(static_cast<float>(Energy(out, 0, 2000)), 1.0f, 1e-5f);
}

TEST(Chorus, VoicesAreSpreadEvenlySoTheirMeanStands) {
  Rig rig("chorus", 1);
  Set(rig, {{"rate", 2}, {"depth", 10}, {"delay", 10}, {"mix", 1}});
  const std::vector<double> lag = LagOf(rig, 0, 60'000);
  // Three waves a third apart add up to nothing: the mean of the lags is the middle of the way.
  for (int i = 2000; i < 60'000; i += 100) EXPECT_NEAR(lag[i], 15 * 48, 0.6) << i;
}

TEST(Chorus, HighestFeedbackDiesAway) {
  for (const float feedback : {0.9f, -0.9f}) {
    Rig rig("chorus");
    Set(rig, {{"rate", 10}, {"depth", 20}, {"delay", 1}, {"feedback", feedback}, {"mix", 1}});
    const Signal loud = rig.RenderAlike(Noise(48'000))[0];
    EXPECT_LT(*std::max_element(loud.begin(), loud.end()), 10.0f);
    EXPECT_LT(std::abs(rig.RenderAlike(Signal(144'000))[0].back()), 1e-6f);
  }
}

/// Theory of a phaser at rest: all-passes of first order, bilinear, in a row beside the dry signal.
Complex PhaserAt(double centre, int stages, double feedback, double hz) {
  const Complex z1 = std::polar(1.0, -2 * M_PI * hz / kSampleRate);
  const double g = std::tan(M_PI * centre / kSampleRate);
  const Complex s = (1.0 - z1) / (1.0 + z1);
  const Complex chain = std::pow((g - s) / (g + s), stages);
  const Complex wet = chain / (1.0 - feedback * z1 * chain);
  return 0.5 * (1.0 + wet);
}

TEST(Phaser, AtRestIsAllPassesBesideTheDrySignal) {
  for (const auto& [stages, feedback] :
       {std::pair{2, 0.0f}, std::pair{6, 0.7f}, std::pair{12, -0.9f}}) {
    Rig rig("phaser", 1);
    Set(rig, {{"depth", 0},
              {"centre", 900},
              {"feedback", feedback},
              {"mix", 0.5f},
              {"stages", static_cast<float>(stages)}});
    for (const int hz : {50, 300, 700, 1100, 2500, 9000}) {
      const double want = Db(PhaserAt(900, stages, static_cast<double>(feedback), hz));
      EXPECT_NEAR(Db(ResponseAt(rig, hz)), want, want < -30 ? 0.5 : 0.03) << stages << ' ' << hz;
    }
  }
}

TEST(Phaser, TwoStagesMakeANotchThatMovesAsFarAsTheKnobSays) {
  // A tone at the far end of the way is silenced once in each wave, at its turning point.
  Rig rig("phaser", 1);
  Set(rig, {{"rate", 0.5f}, {"depth", 2}, {"centre", 1000}, {"stages", 2}, {"feedback", 0}});
  const Signal tone = rig.RenderAlike(Sine(2000, 144'000))[0];
  double quietest = 1e9;
  for (int i = 24'000; i + 480 < 144'000; i += 480) {
    quietest = std::min(quietest, Energy(tone, i, i + 480));
  }
  EXPECT_LT(10 * std::log10(quietest / 240), -40);
  const Signal beyond = rig.RenderAlike(Sine(4000, 144'000))[0];
  for (int i = 24'000; i + 480 < 144'000; i += 480) {
    EXPECT_GT(10 * std::log10(Energy(beyond, i, i + 480) / 240), -9) << i;
  }
}

TEST(Phaser, HighestFeedbackDiesAway) {
  for (const float feedback : {0.95f, -0.95f}) {
    Rig rig("phaser");
    Set(rig,
        {{"rate", 10}, {"depth", 4}, {"centre", 8000}, {"feedback", feedback}, {"stages", 12}});
    const Signal loud = rig.RenderAlike(Noise(48'000))[0];
    EXPECT_LT(*std::max_element(loud.begin(), loud.end()), 30.0f);
    EXPECT_LT(std::abs(rig.RenderAlike(Signal(144'000))[0].back()), 1e-6f);
  }
}

/// Of a sine of 100 Hz while a knob moves, relative to what they are before, or later on when that is more.
float StepsAfter(const char* kind, const char* knob, float value) {
  Rig rig(kind);
  rig.Settle(24'000);
  const Signal tone = Sine(100, 28'800);
  const float before = LargestStep(tone);
  rig.Set(knob, value);
  const float meanwhile = LargestStep(rig.RenderAlike(tone)[1]);
  return meanwhile / std::max(before, LargestStep(rig.RenderAlike(tone)[1]));
}

TEST(Modulation, KnobsMakeNoZipperNoise) {
  for (const char* kind : {"chorus", "flanger", "phaser"}) {
    for (const ParamDescription& param : FindKernel(kind)->params) {
      const bool upwards = param.max - param.initial > param.initial - param.min;
      const float value = upwards ? param.max : param.min;
      EXPECT_LT(StepsAfter(kind, param.name, value), 3) << kind << ' ' << param.name << value;
    }
  }
}

}  // namespace
}  // namespace continuo::dsp
