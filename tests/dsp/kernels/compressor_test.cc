// SPDX-License-Identifier: Apache-2.0
#include <complex>

#include "dsp/kernels/rig.h"

namespace continuo::dsp {
namespace {

constexpr int kLate = 48;  // its look-ahead

double Db(double ratio) {
  return 20 * std::log10(ratio);
}

float Amplitude(double db) {
  return static_cast<float>(std::pow(10.0, db / 20));
}

/// A compressor of one channel without a knee or anything else to disturb.
void PrepareHard(Rig& rig, float threshold, float ratio, float attack, float release) {
  rig.Set("threshold", threshold);
  rig.Set("ratio", ratio);
  rig.Set("knee", 0);
  rig.Set("attack", attack);
  rig.Set("release", release);
  rig.Settle();
}

/// What is taken away of a steady level, in dB, by the formulas of Giannoulis et al. (equation 4).
double CurveDb(double level, double threshold, double ratio, double knee) {
  const double over = level - threshold;
  if (2 * over < -knee) return 0;
  if (2 * over > knee) return over * (1 - 1 / ratio);
  return (1 - 1 / ratio) * std::pow(over + knee / 2, 2) / (2 * knee);
}

TEST(Compressor, StaticCurveIsTheTextbooks) {
  for (const double knee : {0.0, 6.0, 24.0}) {
    for (const double ratio : {1.0, 2.0, 20.0}) {
      Rig rig("compressor", 1);
      PrepareHard(rig, -24, static_cast<float>(ratio), 1, 5);
      rig.Set("knee", static_cast<float>(knee));
      rig.Settle();
      for (double level = -50; level <= 6; level += 3.5) {
        const Signal out = rig.RenderAlike(Constant(4800, Amplitude(level)))[0];
        EXPECT_NEAR(Db(static_cast<double>(out.back())), level - CurveDb(level, -24, ratio, knee),
                    0.001)
            << level << " dBFS, knee " << knee << ", ratio " << ratio;
      }
    }
  }
}

TEST(Compressor, BelowTheThresholdItOnlyDelaysToTheBit) {
  Rig rig("compressor");
  Signal in = Noise(5000);
  for (float& x : in) x *= 0.05f;
  const Signal out = rig.RenderAlike(in)[1];
  EXPECT_EQ(Signal(out.begin() + kLate, out.end()), Signal(in.begin(), in.end() - kLate));
  EXPECT_EQ(FindKernel("compressor")->latency_frames, kLate);
}

TEST(Compressor, AttackIsTheTimeConstantInDecibels) {
  for (const float ms : {0.5f, 10.0f, 100.0f}) {
    Rig rig("compressor", 1);
    PrepareHard(rig, -20, 4, ms, 1000);
    const Signal out = rig.RenderAlike(Constant(48000))[0];
    const double full = 15;  // 20 dB above the threshold, of which a quarter stays
    for (const double t : {0.5, 1.0, 2.0, 4.0}) {
      const int at = static_cast<int>(t * static_cast<double>(ms) * 48) - 1;
      if (at < kLate) continue;
      EXPECT_NEAR(-Db(static_cast<double>(out[at])), full * (1 - std::exp(-t)), 0.02)
          << ms << " ms, " << t;
    }
  }
}

TEST(Compressor, ReleaseReturnsAsItsTimesSay) {
  Rig rig("compressor", 1);
  PrepareHard(rig, -20, 4, 5, 200);
  rig.RenderAlike(Constant(48000));
  const Signal out = rig.RenderAlike(Constant(96000, 0.05f))[0];
  for (const double ms : {10.0, 100.0, 200.0, 500.0, 1500.0}) {
    const auto at = static_cast<int>(ms * 48) - 1;
    const double want =
        15 * (200 * std::exp(-ms / 200) - 5 * std::exp(-ms / 5)) / (200 - 5);  // two poles in a row
    EXPECT_NEAR(-Db(static_cast<double>(out[at] / 0.05f)), want, 0.02) << ms << " ms";
  }
  for (int i = 0; i < 4; ++i) rig.RenderAlike(Constant(96000, 0.05f));
  EXPECT_EQ(rig.RenderAlike(Constant(1, 0.05f))[0][0], 0.05f) << "comes to rest";
}

TEST(Compressor, LookAheadMeetsTheFirstSampleOfABlow) {
  Rig rig("compressor", 1);
  PrepareHard(rig, -20, 20, 0.2f, 100);
  const Signal out = rig.RenderAlike(Constant(4800))[0];
  EXPECT_EQ(out[kLate - 1], 0.0f);
  // Five time constants earlier it was heard: 0.8 % of 19 dB are still to go.
  EXPECT_NEAR(Db(static_cast<double>(out[kLate])), -19 * (1 - std::exp(-5.1)), 0.02);
}

TEST(Compressor, SecondInputIsTheKey) {
  Rig rig("compressor", 1, 2);
  PrepareHard(rig, -20, 4, 1, 100);
  rig.Render({Constant(4800, 0.5f), Signal(4800)});
  EXPECT_EQ(rig.Render({Constant(4800, 0.5f), Signal(4800)})[0], Constant(4800, 0.5f));
  const Signal ducked = rig.Render({Constant(4800, 0.05f), Constant(4800)})[0];
  EXPECT_NEAR(Db(static_cast<double>(ducked.back() / 0.05f)), -15, 0.01);
}

TEST(Compressor, AllChannelsGetTheSameGain) {
  Rig rig("compressor");
  PrepareHard(rig, -20, 4, 1, 100);
  const auto out = rig.Render({Constant(4800), Constant(4800, 0.001f)});
  EXPECT_NEAR(Db(static_cast<double>(out[1].back() / 0.001f)), -15, 0.01);
}

TEST(Compressor, KeyHighPassTakesTwelveDecibelsPerOctave) {
  Rig rig("compressor", 1, 2);
  PrepareHard(rig, -50, 20, 10, 400);
  const auto reduction = [&rig](double hz) {
    const int frames = 144000;
    const Signal out = rig.Render({Constant(frames, 0.01f), Sine(hz, frames, 0.5)})[0];
    return -Db(static_cast<double>(out.back() / 0.01f));
  };
  const double flat = reduction(100);
  rig.Set("key.highpass", 400);
  // Two octaves below the corner a Butterworth filter of second order has 10 lg (1 + 4^4) = 24.1 dB.
  EXPECT_NEAR(flat - reduction(100), 24.1 * 0.95, 0.3);
  rig.Set("key.highpass", 0);
  EXPECT_NEAR(reduction(100), flat, 1e-3);
}

TEST(Compressor, RmsOfASineIsThreeDecibelsBelowItsPeak) {
  Rig rig("compressor", 1);
  PrepareHard(rig, -40, 20, 20, 3000);
  const Signal tone = Sine(1000, 96000, 0.5);
  const auto reduction = [&] {
    const Signal out = rig.RenderAlike(tone)[0];
    return Db(std::sqrt(Energy(tone, 0, 48000) / Energy(out, 48000, 96000)));
  };
  const double peak = reduction();
  rig.Set("detector", 1);
  for (int i = 0; i < 10; ++i) rig.RenderAlike(tone);
  EXPECT_NEAR(peak - reduction(), 3.01 * 0.95, 0.15);
}

/// Harmonics of 1 kHz against the tone, in dB.
double DistortionDb(Rig& rig, int hz, double amplitude) {
  const Signal tone = Sine(hz, 48000, amplitude);
  for (int i = 0; i < 4; ++i) rig.RenderAlike(tone);
  const Signal out = rig.RenderAlike(tone)[0];
  double first = 0, others = 0;
  for (int harmonic = 1; harmonic <= 9; ++harmonic) {
    std::complex<double> sum = 0;
    for (int i = 0; i < 48000; ++i) {
      const double angle = -2 * M_PI * hz * harmonic * i / kSampleRate;
      sum += static_cast<double>(out[i]) * std::polar(1.0, angle);
    }
    (harmonic == 1 ? first : others) += std::norm(sum);
  }
  return 10 * std::log10(others / first);
}

TEST(Compressor, SteadyToneStaysClean) {
  Rig rig("compressor", 1);
  PrepareHard(rig, -20, 2, 10, 200);
  const double high = DistortionDb(rig, 1000, 0.5), low = DistortionDb(rig, 100, 0.5);
  RecordProperty("thd_db_1000_hz", std::to_string(high));
  RecordProperty("thd_db_100_hz", std::to_string(low));
  EXPECT_LT(high, -85);
  EXPECT_LT(low, -45);
}

/// Largest second difference: for a clean sine of amplitude a it is a * w^2, and a step in the gain stands out.
double Roughness(const Signal& signal) {
  double largest = 0;
  for (std::size_t i = 2; i < signal.size(); ++i) {
    largest = std::max(
        largest, std::abs(static_cast<double>(signal[i]) - 2 * static_cast<double>(signal[i - 1]) +
                          static_cast<double>(signal[i - 2])));
  }
  return largest;
}

TEST(Compressor, ThrownKnobsMakeNoZipperNoise) {
  const std::pair<const char*, float> throws[] = {
      {"threshold", -50}, {"ratio", 20},       {"knee", 24},          {"makeup", -20},
      {"detector", 1},    {"mix", 0},          {"key.highpass", 500}, {"mix", 1},
      {"makeup", 0},      {"key.highpass", 0}, {"threshold", 0},      {"attack", 200},
      {"release", 5}};
  Rig rig("compressor", 1);
  PrepareHard(rig, -20, 3, 5, 50);
  rig.RenderAlike(Sine(100, 48000));
  const double calm = std::pow(2 * M_PI * 100 / kSampleRate, 2);
  const double corner = 1.0 / 480;  // of the straight line on which a gain glides, at most
  for (const auto& knob : throws) {
    rig.RenderAlike(Sine(100, 4800));
    rig.Set(knob.first, knob.second);
    EXPECT_LT(Roughness(rig.RenderAlike(Sine(100, 4800))[0]), 2 * calm + corner) << knob.first;
  }
}

TEST(Compressor, SaysHowMuchItTakesAway) {
  Rig rig("compressor", 1);
  PrepareHard(rig, -20, 4, 1, 50);
  float reduction = -1;
  rig.kernel().Read({&reduction, 1});
  EXPECT_EQ(reduction, 0.0f);
  rig.RenderAlike(Constant(4800));
  rig.RenderAlike(Constant(4800, 0.01f));
  rig.kernel().Read({&reduction, 1});
  EXPECT_NEAR(static_cast<double>(reduction), 15.0, 0.01) << "also when it is over";
  rig.Settle();
  rig.kernel().Read({&reduction, 1});
  EXPECT_NEAR(static_cast<double>(reduction), 0.0, 0.01);
}

}  // namespace
}  // namespace continuo::dsp
