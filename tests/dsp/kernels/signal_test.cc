// SPDX-License-Identifier: Apache-2.0
#include <complex>

#include "dsp/kernels/rig.h"

namespace continuo::dsp {
namespace {

constexpr MediaTime kStart = 1'000'000'007;

enum Shape { kSine, kSweep, kWhite, kPink, kImpulses, kChannels };

double Db(double ratio) {
  return 20 * std::log10(ratio);
}

/// A source on the bench. Settled: its first setting is no longer faded in.
class Source {
 public:
  explicit Source(int shape, int channels = 1, float level = 0) : rig_("signal", channels, 0) {
    rig_.Set("shape", static_cast<float>(shape));
    rig_.Set("level", level);
    rig_.Skip(480);
  }
  Rig& rig() { return rig_; }
  std::vector<dsp::Signal> Play(int frames) { return rig_.Play(frames); }

 private:
  Rig rig_;
};

double Rms(const Signal& signal) {
  return std::sqrt(Energy(signal, 0, static_cast<int>(signal.size())) /
                   static_cast<double>(signal.size()));
}

TEST(SignalKernel, SineIsExactInPitchAndPhaseAfterYears) {
  Source source(kSine);
  const Signal out = source.Play(48000)[0];
  for (int i = 0; i < 48000; ++i) {
    // 1 kHz: 48 samples a turn, counted from n = 0.
    const auto at = static_cast<double>((kStart + 480 + i) % 48);
    ASSERT_NEAR(static_cast<double>(out[i]), std::sin(2 * M_PI * at / 48), 1e-6) << i;
  }
}

TEST(SignalKernel, SineIsClean) {
  Source source(kSine);
  source.rig().Set("frequency", 997);
  source.rig().Skip(480);
  const Signal out = source.Play(48000)[0];
  std::complex<double> tone = 0;
  for (int i = 0; i < 48000; ++i) {
    tone += static_cast<double>(out[i]) * std::polar(1.0, -2 * M_PI * 997 * i / kSampleRate);
  }
  double rest = 0;
  for (int i = 0; i < 48000; ++i) {
    const std::complex<double> wave = tone * std::polar(1.0, 2 * M_PI * 997 * i / kSampleRate);
    rest += std::pow(static_cast<double>(out[i]) - wave.real() / 24000, 2);
  }
  const double thd_n = 10 * std::log10(rest / 24000);
  RecordProperty("thd_n_db", std::to_string(thd_n));
  EXPECT_LT(thd_n, -130);
  EXPECT_NEAR(Db(std::abs(tone) / 24000), 0, 1e-4);
}

TEST(SignalKernel, SweepRunsThroughItsFrequenciesInTime) {
  Source source(kSweep);
  source.rig().Set("sweep", 2);
  source.rig().Skip(480);
  const int period = 96000;
  source.rig().Skip(static_cast<int>(period - (kStart + 960) % period));
  const Signal out = source.Play(period)[0];
  double worst = 0;
  for (int i = 480; i < period - 480; ++i) {
    const double turns = 20 * 2.0 / std::log(1000.0) * (std::pow(1000.0, i / 96000.0) - 1);
    worst = std::max(worst, std::abs(static_cast<double>(out[i]) - std::sin(2 * M_PI * turns)));
  }
  RecordProperty("worst", std::to_string(worst));
  EXPECT_LT(worst, 1e-5);
  EXPECT_EQ(out[0], 0.0f) << "begins and ends with a fade";
}

TEST(SignalKernel, NoiseIsAsLoudAsASineOfItsLevel) {
  const double sine = Rms(Source(kSine, 1, -18).Play(48000)[0]);
  EXPECT_NEAR(Db(sine), -18 - 3.01, 0.001);
  EXPECT_NEAR(Db(Rms(Source(kWhite, 1, -18).Play(96000)[0]) / sine), 0, 0.05);
  double pink = 0;  // its deepest parts take a second and more to pass
  Source source(kPink, 1, -18);
  for (int i = 0; i < 10; ++i) pink += Energy(source.Play(96000)[0], 0, 96000);
  EXPECT_NEAR(Db(std::sqrt(pink / 960000) / sine), 0, 0.7);
}

/// Power between two frequencies, by windows of 4096 samples and Goertzel's sums in every bin.
double BandDb(const Signal& signal, double low, double high) {
  constexpr int kWindow = 4096;
  double power = 0;
  for (int from = 0; from + kWindow <= static_cast<int>(signal.size()); from += kWindow) {
    const int first = static_cast<int>(low * kWindow / kSampleRate + 0.5);
    const int last = static_cast<int>(high * kWindow / kSampleRate + 0.5);
    for (int bin = first; bin < last; ++bin) {
      const double turn = 2 * std::cos(2 * M_PI * bin / kWindow);
      double s1 = 0, s2 = 0;
      for (int i = 0; i < kWindow; ++i) {
        const double hann = 0.5 - 0.5 * std::cos(2 * M_PI * i / kWindow);
        const double s = hann * static_cast<double>(signal[from + i]) + turn * s1 - s2;
        s2 = s1;
        s1 = s;
      }
      power += s1 * s1 + s2 * s2 - turn * s1 * s2;
    }
  }
  return 10 * std::log10(power);
}

TEST(SignalKernel, PinkHasEqualPowerInEveryOctaveAndWhiteThreeDecibelsMore) {
  const Signal pink = Source(kPink).Play(65536)[0], white = Source(kWhite).Play(32768)[0];
  const double pink_low = BandDb(pink, 375, 750), white_low = BandDb(white, 375, 750);
  for (int octave = 1; octave <= 4; ++octave) {
    const double low = 375 * std::pow(2, octave);
    EXPECT_NEAR(BandDb(pink, low, 2 * low) - pink_low, 0, 1.2) << low;
    EXPECT_NEAR(BandDb(white, low, 2 * low) - white_low, 3.01 * octave, 0.9) << low;
  }
}

TEST(SignalKernel, NoiseOfChannelsIsIndependent) {
  for (const int shape : {kWhite, kPink}) {
    const auto out = Source(shape, 2).Play(96000);
    double together = 0;
    for (int i = 0; i < 96000; ++i) {
      together += static_cast<double>(out[0][i]) * static_cast<double>(out[1][i]);
    }
    EXPECT_LT(std::abs(together) / (96000 * Rms(out[0]) * Rms(out[1])), 0.25) << shape;
  }
}

TEST(SignalKernel, ImpulsesComeAtTheirRate) {
  Source source(kImpulses, 1, -6);
  source.rig().Set("frequency", 100);
  source.rig().Skip(480);
  const Signal out = source.Play(48000)[0];
  int count = 0, last = -1;
  for (int i = 0; i < 48000; ++i) {
    if (out[i] == 0.0f) continue;
    EXPECT_NEAR(Db(static_cast<double>(out[i])), -6, 1e-4);
    if (last >= 0) {
      EXPECT_EQ(i - last, 480);
    }
    last = i;
    ++count;
  }
  EXPECT_EQ(count, 100);
}

TEST(SignalKernel, EachChannelBeepsItsNumberInItsTurn) {
  Source source(kChannels, 3);
  source.rig().Skip(static_cast<int>(288000 - (kStart + 480) % 288000));
  const auto out = source.Play(288000);
  for (int c = 0; c < 3; ++c) {
    int beeps = 0;
    for (int slot = 0; slot < 30; ++slot) {
      if (Energy(out[c], slot * 9600, slot * 9600 + 5760) == 0) continue;
      EXPECT_EQ(slot / 10, c);
      ++beeps;
    }
    EXPECT_EQ(beeps, c + 1);
  }
}

TEST(SignalKernel, WhoBeginsInTheMiddleIsInStepAtOnce) {
  for (const int shape : {kSine, kSweep, kWhite, kPink, kImpulses, kChannels}) {
    Source early(shape), late(shape);
    early.rig().Skip(100000);
    late.rig().Jump(100000);
    EXPECT_EQ(early.Play(1000), late.Play(1000)) << shape;
  }
}

TEST(SignalKernel, ChangesAreFadedIn) {
  Source source(kSine);
  source.rig().Set("frequency", 100);
  source.rig().Skip(480);
  Signal all = source.Play(480)[0];
  const std::pair<const char*, float> throws[] = {
      {"level", -120}, {"level", 0}, {"frequency", 150}, {"frequency", 20}};
  for (const auto& knob : throws) {
    source.rig().Set(knob.first, knob.second);
    const Signal out = source.Play(700)[0];
    all.insert(all.end(), out.begin(), out.end());
  }
  EXPECT_LT(LargestStep(all), 2 * M_PI * 150 / kSampleRate + 2.0 / 480);
}

}  // namespace
}  // namespace continuo::dsp
