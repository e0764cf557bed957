// SPDX-License-Identifier: Apache-2.0
#include <complex>
#include <string>

#include "dsp/kernels/rig.h"

namespace continuo::dsp {
namespace {

/// Magnitude in dB of the biquads of the Audio EQ Cookbook, the reference that the kernel must meet at rest.
double CookbookDb(const std::string& band, double frequency, double gain, double q, double at) {
  const double w = 2 * M_PI * frequency / kSampleRate, a = std::pow(10.0, gain / 40);
  const double alpha = std::sin(w) / (2 * q), c = std::cos(w), r = 2 * std::sqrt(a) * alpha;
  double b[3], d[3];
  if (band == "mid1" || band == "mid2") {
    b[0] = 1 + alpha * a, b[1] = -2 * c, b[2] = 1 - alpha * a;
    d[0] = 1 + alpha / a, d[1] = -2 * c, d[2] = 1 - alpha / a;
  } else {
    const double s = band == "low" ? 1 : -1;
    b[0] = a * ((a + 1) - s * (a - 1) * c + r);
    b[1] = s * 2 * a * ((a - 1) - s * (a + 1) * c);
    b[2] = a * ((a + 1) - s * (a - 1) * c - r);
    d[0] = (a + 1) + s * (a - 1) * c + r;
    d[1] = -s * 2 * ((a - 1) + s * (a + 1) * c);
    d[2] = (a + 1) + s * (a - 1) * c - r;
  }
  const std::complex<double> z = std::polar(1.0, -2 * M_PI * at / kSampleRate);
  return 20 * std::log10(std::abs((b[0] + z * (b[1] + z * b[2])) / (d[0] + z * (d[1] + z * d[2]))));
}

/// Gain of a settled kernel for a sine, in dB; whole periods in one second.
double MeasuredDb(Rig& rig, int hz) {
  const Signal in = Sine(hz, 96000);
  const Signal out = rig.RenderAlike(in)[0];
  std::complex<double> sum = 0;
  for (int i = 48000; i < 96000; ++i) {
    sum += static_cast<double>(out[i]) * std::polar(1.0, -2 * M_PI * hz * i / kSampleRate);
  }
  return 20 * std::log10(std::abs(sum) / 24000);
}

struct Setting {
  const char* band;
  float frequency, gain, q;
};

TEST(Eq, MagnitudeMeetsTheCookbook) {
  for (const Setting& s :
       {Setting{"low", 100, 12, 0.7f}, Setting{"low", 400, -18, 1.0f}, Setting{"mid1", 1000, 9, 2},
        Setting{"mid2", 60, -24, 5}, Setting{"mid1", 15000, 15, 0.5f},
        Setting{"high", 6000, -12, 0.7f}, Setting{"high", 12000, 18, 0.4f}}) {
    Rig eq("eq", 1);
    const std::string band = s.band;
    eq.Set(band + ".freq", s.frequency);
    eq.Set(band + ".gain", s.gain);
    eq.Set(band + ".q", s.q);
    eq.Settle();
    for (const int hz : {20, 60, 100, 400, 1000, 3000, 6000, 12000, 15000, 20000}) {
      const double want = CookbookDb(band, static_cast<double>(s.frequency),
                                     static_cast<double>(s.gain), static_cast<double>(s.q), hz);
      EXPECT_NEAR(MeasuredDb(eq, hz), want, 0.02) << band << ' ' << s.frequency << " Hz at " << hz;
    }
  }
}

TEST(Eq, BandsAddUp) {
  Rig eq("eq", 1);
  const Setting settings[] = {
      {"low", 200, 6, 0.7f}, {"mid1", 800, -6, 1}, {"mid2", 3000, 4, 1}, {"high", 9000, 3, 0.7f}};
  for (const Setting& s : settings) {
    eq.Set(std::string(s.band) + ".freq", s.frequency);
    eq.Set(std::string(s.band) + ".gain", s.gain);
    eq.Set(std::string(s.band) + ".q", s.q);
  }
  eq.Settle();
  for (const int hz : {50, 700, 2500, 10000}) {
    double want = 0;
    for (const Setting& s : settings)
      want += CookbookDb(s.band, static_cast<double>(s.frequency), static_cast<double>(s.gain),
                         static_cast<double>(s.q), hz);
    EXPECT_NEAR(MeasuredDb(eq, hz), want, 0.02) << hz;
  }
}

TEST(Eq, FlatIsTransparentToTheBit) {
  Rig eq("eq");
  const Signal in = Noise(5000);
  EXPECT_EQ(eq.RenderAlike(in)[0], in);
}

/// Roughness of a signal: its largest second difference. For a clean sine of amplitude a it is a * w^2.
double Roughness(const Signal& signal) {
  double largest = 0;
  for (std::size_t i = 2; i < signal.size(); ++i) {
    const double bend = static_cast<double>(signal[i]) - 2 * static_cast<double>(signal[i - 1]) +
                        static_cast<double>(signal[i - 2]);
    largest = std::max(largest, std::abs(bend));
  }
  return largest;
}

TEST(Eq, MovingBandMakesNoZipperNoise) {
  Rig eq("eq", 1);
  const Signal tone = Sine(100, 48000);
  eq.Set("low.freq", 300);
  eq.Settle();
  eq.RenderAlike(tone);
  eq.Set("low.gain", 12);
  eq.Set("mid1.gain", -12);
  eq.Set("mid1.freq", 100);
  const double moving = Roughness(eq.RenderAlike(tone)[0]);
  const double calm = 4 * std::pow(2 * M_PI * 100 / kSampleRate, 2);  // at 12 dB
  EXPECT_LT(moving, 2 * calm);
}

TEST(Eq, SurvivesTheWildestKnobs) {
  Rig eq("eq", 1);
  for (int i = 0; i < 2000; ++i) {
    for (const char* band : {"low", "mid1", "mid2", "high"}) {
      eq.Set(std::string(band) + ".freq", i % 2 == 0 ? 20.0f : 20000.0f);
      eq.Set(std::string(band) + ".gain", i % 3 == 0 ? 24.0f : -24.0f);
      eq.Set(std::string(band) + ".q", i % 5 == 0 ? 10.0f : 0.1f);
    }
    const Signal out = eq.RenderAlike(Noise(37, static_cast<std::uint32_t>(i)))[0];
    for (const float x : out) ASSERT_LT(std::abs(x), 1e8f) << i;
  }
}

TEST(Eq, InfinityWithinDoesNotStay) {
  Rig eq("eq", 1);
  eq.Set("low.gain", 24);
  eq.Settle();
  eq.RenderAlike(Constant(100, 3.4e38f));
  eq.Settle();
  EXPECT_NEAR(MeasuredDb(eq, 10000), 0.0, 0.1);
  EXPECT_EQ(eq.RenderAlike(Signal(48000))[0].back(), 0.0f);
}

}  // namespace
}  // namespace continuo::dsp
