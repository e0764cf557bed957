// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/rig.h"

namespace continuo::dsp {
namespace {

constexpr int kLate = 82;  // its look-ahead

double Db(double ratio) {
  return 20 * std::log10(ratio);
}

float Amplitude(double db) {
  return static_cast<float>(std::pow(10.0, db / 20));
}

double BesselI0(double x) {
  double sum = 1, term = 1;
  for (int k = 1; k < 60; ++k) sum += term *= (x / (2 * k)) * (x / (2 * k));
  return sum;
}

/// Peak between the samples: sixteen points per sample, by 128 taps of a Kaiser window each. Nothing of the limiter's.
double PeakBetween(const Signal& signal, int from, int to) {
  constexpr int kPoints = 16, kHalf = 64;
  static const std::vector<double> taps = [] {
    std::vector<double> all(static_cast<std::size_t>(kPoints) * 2 * kHalf);
    for (int p = 0; p < kPoints; ++p) {
      for (int k = 0; k < 2 * kHalf; ++k) {
        const double t = k - (kHalf - 1) - static_cast<double>(p) / kPoints;
        const double window = BesselI0(8 * std::sqrt(std::max(0.0, 1 - t * t / (kHalf * kHalf))));
        const double sinc = t == 0 ? 1 : std::sin(M_PI * t) / (M_PI * t);
        all[static_cast<std::size_t>(p) * 2 * kHalf + k] = sinc * window / BesselI0(8);
      }
    }
    return all;
  }();
  double peak = 0;
  for (int i = std::max(from, kHalf);
       i < std::min<int>(to, static_cast<int>(signal.size()) - kHalf); ++i) {
    for (int p = 0; p < kPoints; ++p) {
      double sum = 0;
      const double* tap = &taps[static_cast<std::size_t>(p) * 2 * kHalf];
      for (int k = 0; k < 2 * kHalf; ++k)
        sum += tap[k] * static_cast<double>(signal[i + k - (kHalf - 1)]);
      peak = std::max(peak, std::abs(sum));
    }
  }
  return peak;
}

double TruePeakDb(const Signal& signal) {
  return Db(PeakBetween(signal, 0, static_cast<int>(signal.size())));
}

Signal SineAt(double hz, double degrees, int frames, double amplitude) {
  Signal signal(frames);
  for (int i = 0; i < frames; ++i) {
    const double angle = 2 * M_PI * hz * i / kSampleRate + degrees * M_PI / 180;
    signal[i] = static_cast<float>(amplitude * std::sin(angle));
  }
  return signal;
}

/// Tones of 0.5 to 5 ms that begin and end at once, at random heights up to 12 dB above full scale.
Signal Bursts(int frames) {
  Signal signal(frames);
  const Signal dice = Noise(2000, 77);
  int at = 0;
  for (int burst = 0; at < frames; ++burst) {
    const double hz = 200 * std::pow(100.0, std::abs(static_cast<double>(dice[3 * burst])));
    const int length = 24 + static_cast<int>(216 * std::abs(dice[3 * burst + 1]));
    for (int i = 0; i < length && at + i < frames; ++i) {
      signal[at + i] = static_cast<float>(4 * static_cast<double>(dice[3 * burst + 2]) *
                                          std::cos(2 * M_PI * hz * i / kSampleRate));
    }
    at += 3 * length;
  }
  return signal;
}

/// Noise up to 20 kHz, as converters let it through.
Signal BandLimitedNoise(int frames, double amplitude) {
  const Signal white = Noise(frames + 200, 5);
  Signal out(frames);
  for (int i = 0; i < frames; ++i) {
    double sum = 0;
    for (int k = -100; k <= 100; ++k) {
      const double t = k, cut = 20000.0 / 24000;
      const double sinc = k == 0 ? cut : std::sin(M_PI * cut * t) / (M_PI * t);
      sum +=
          sinc * (0.5 + 0.5 * std::cos(M_PI * t / 101)) * static_cast<double>(white[i + k + 100]);
    }
    out[i] = static_cast<float>(amplitude * sum);
  }
  return out;
}

struct Threat {
  const char* name;
  Signal signal;
};

std::vector<Threat> Threats() {
  std::vector<Threat> threats;
  for (const double hz : {997.0, 6000.0, 12000.0, 15000.0, 19200.0}) {
    threats.push_back({"sine", SineAt(hz, 45, 9600, 2)});
    threats.push_back({"sine", SineAt(hz, 11.25, 9600, 2)});
  }
  threats.push_back({"bursts", Bursts(24000)});
  threats.push_back({"noise to 20 kHz", BandLimitedNoise(12000, 3)});
  threats.push_back({"one sample", Impulse(4800, 8)});
  Signal square(9600);
  for (int i = 0; i < 9600; ++i) square[i] = i / 37 % 2 == 0 ? 1.5f : -1.5f;
  threats.push_back({"square", square});
  return threats;
}

TEST(Limiter, CeilingHoldsBetweenTheSamplesToo) {
  double worst = -100;
  for (const Threat& threat : Threats()) {
    for (const float release : {1.0f, 100.0f}) {
      Rig rig("limiter", 1);
      rig.Set("ceiling", -1);
      rig.Set("release", release);
      rig.Settle(960);
      const double peak = TruePeakDb(rig.RenderAlike(threat.signal)[0]);
      EXPECT_LE(peak, -1.0) << threat.name << ", release " << release << " ms";
      worst = std::max(worst, peak);
    }
  }
  RecordProperty("worst_dbtp", std::to_string(worst));
}

TEST(Limiter, WhatConvertersCutOffExceedsTheCeilingByLittle) {
  Signal white = Noise(24000);  // up to 24 kHz, of which its meter hears 22
  for (float& x : white) x *= 3;
  Rig rig("limiter", 1);
  rig.Set("ceiling", -1);
  rig.Settle(960);
  const Signal out = rig.RenderAlike(white)[0];
  for (const float x : out) ASSERT_LE(std::abs(x), Amplitude(-1));
  EXPECT_LE(TruePeakDb(out), -1 + 0.7);
}

TEST(Limiter, QuarterOfTheRateAt45DegreesIsThreeDecibelsHigherThanItsSamples) {
  const Signal tone = SineAt(12000, 45, 9600, 1.2);  // samples at 0.85
  Rig rig("limiter", 1);
  rig.Set("ceiling", 0);
  rig.Settle();
  rig.RenderAlike(tone);
  const Signal out = rig.RenderAlike(tone)[0];
  float highest = 0;
  for (const float x : out) highest = std::max(highest, std::abs(x));
  EXPECT_NEAR(Db(static_cast<double>(highest)), -3.01 - 0.1, 0.02);
  EXPECT_NEAR(TruePeakDb(out), -0.1, 0.02) << "no more is taken away than must be";
}

TEST(Limiter, BelowTheCeilingItOnlyDelaysToTheBit) {
  Rig rig("limiter");
  Signal in = Noise(5000);
  for (float& x : in) x *= 0.3f;
  const Signal out = rig.RenderAlike(in)[1];
  EXPECT_EQ(Signal(out.begin() + kLate, out.end()), Signal(in.begin(), in.end() - kLate));
  EXPECT_EQ(FindKernel("limiter")->latency_frames, kLate);
}

TEST(Limiter, AllChannelsGetTheSameGain) {
  Rig rig("limiter");
  const auto out = rig.Render({Constant(4800, 4.0f), Constant(4800, 0.01f)});
  EXPECT_NEAR(static_cast<double>(out[0].back() / out[1].back()), 400, 0.01);
}

TEST(Limiter, ReturnsWithItsRelease) {
  Rig rig("limiter", 1);
  rig.Set("release", 100);
  rig.Set("ceiling", 0);
  rig.RenderAlike(Constant(48000, 2.0f));
  const Signal out = rig.RenderAlike(Constant(48000, 0.25f))[0];
  const auto missing = [&out](int frame) { return 1 - static_cast<double>(out[frame] / 0.25f); };
  const int first = 480;  // the hold is over, and the means are in step
  for (const int ms : {20, 100, 300}) {
    EXPECT_NEAR(missing(first + ms * 48) / missing(first), std::exp(-ms / 100.0), 1e-4) << ms;
  }
}

TEST(Limiter, GainMovesSmoothlyIntoABlow) {
  Rig rig("limiter", 1);
  rig.Set("ceiling", 0);
  Signal in = Constant(2000, 0.1f);
  in[1000] = 10;
  const Signal out = rig.RenderAlike(in)[0];
  float step = 0, before = 1;
  for (int i = 200; i < 2000; ++i) {
    if (i == 1000 + kLate) continue;
    step = std::max(step, std::abs(out[i] / 0.1f - before));
    before = out[i] / 0.1f;
  }
  EXPECT_LT(step, 2 * 0.9f / 32) << "the height of the triangle that two means of 32 make";
}

TEST(Limiter, ThrownKnobsNeitherStepNorBreakTheCeiling) {
  Rig rig("limiter", 1);
  rig.Settle();
  Signal all;
  const std::pair<const char*, float> throws[] = {{"gain", 24},   {"ceiling", -24}, {"gain", -24},
                                                  {"ceiling", 0}, {"release", 1},   {"gain", 12}};
  for (const auto& knob : throws) {
    rig.Set(knob.first, knob.second);
    const Signal out = rig.RenderAlike(Sine(100, 4800, 0.5))[0];
    all.insert(all.end(), out.begin(), out.end());
  }
  EXPECT_LE(TruePeakDb(all), 0.0);
  EXPECT_LT(LargestStep(all), 0.06f);
}

TEST(Limiter, SaysHowMuchItTakesAway) {
  Rig rig("limiter", 1);
  rig.Set("ceiling", 0);
  rig.Settle();
  float reduction = -1;
  rig.RenderAlike(Constant(72000, 4.0f));  // its onset, which rings higher, is forgotten
  rig.kernel().Read({&reduction, 1});
  EXPECT_NEAR(static_cast<double>(reduction), Db(4) + 0.1, 0.01);
}

}  // namespace
}  // namespace continuo::dsp
