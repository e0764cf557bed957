// SPDX-License-Identifier: Apache-2.0
#include <complex>
#include <string>

#include "dsp/kernels/rig.h"

namespace continuo::dsp {
namespace {

enum Type { kBell, kLowShelf, kHighShelf, kLowCut, kHighCut, kNotch, kTilt };

/// A band, and what it is set to.
struct Setting {
  Type type;
  double frequency, gain, q;
};

/// Magnitude in dB of the biquads of the Audio EQ Cookbook, the reference that the kernel must meet at rest; a tilt is
/// a high shelf, lowered by half of its gain.
double CookbookDb(const Setting& s, double at) {
  const double w = 2 * M_PI * s.frequency / kSampleRate, a = std::pow(10.0, s.gain / 40);
  const double alpha = std::sin(w) / (2 * s.q), c = std::cos(w), r = 2 * std::sqrt(a) * alpha;
  double b[3] = {}, d[3] = {1 + alpha, -2 * c, 1 - alpha};
  const auto shelf = [&](double sign) {
    b[0] = a * ((a + 1) - sign * (a - 1) * c + r);
    b[1] = sign * 2 * a * ((a - 1) - sign * (a + 1) * c);
    b[2] = a * ((a + 1) - sign * (a - 1) * c - r);
    d[0] = (a + 1) + sign * (a - 1) * c + r;
    d[1] = -sign * 2 * ((a - 1) + sign * (a + 1) * c);
    d[2] = (a + 1) + sign * (a - 1) * c - r;
  };
  switch (s.type) {
    case kBell:
      b[0] = 1 + alpha * a, b[1] = -2 * c, b[2] = 1 - alpha * a;
      d[0] = 1 + alpha / a, d[2] = 1 - alpha / a;
      break;
    case kLowShelf:
      shelf(1);
      break;
    case kHighShelf:
    case kTilt:
      shelf(-1);
      break;
    case kLowCut:
      b[0] = b[2] = (1 + c) / 2, b[1] = -(1 + c);
      break;
    case kHighCut:
      b[0] = b[2] = (1 - c) / 2, b[1] = 1 - c;
      break;
    case kNotch:
      b[0] = b[2] = 1, b[1] = -2 * c;
      break;
  }
  const std::complex<double> z = std::polar(1.0, -2 * M_PI * at / kSampleRate);
  const double db =
      20 * std::log10(std::abs((b[0] + z * (b[1] + z * b[2])) / (d[0] + z * (d[1] + z * d[2]))));
  return s.type == kTilt ? db - s.gain / 2 : db;
}

/// Makes band `number` what the setting says.
void Set(Rig& eq, int number, const Setting& s) {
  const std::string band = "." + std::to_string(number);
  eq.Set("on" + band, 1);
  eq.Set("type" + band, static_cast<float>(s.type));
  eq.Set("freq" + band, static_cast<float>(s.frequency));
  eq.Set("gain" + band, static_cast<float>(s.gain));
  eq.Set("q" + band, static_cast<float>(s.q));
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

TEST(Eq, MagnitudeMeetsTheCookbook) {
  const Setting settings[] = {
      {kLowShelf, 100, 12, 0.7},   {kLowShelf, 400, -18, 1},   {kBell, 1000, 9, 2},
      {kBell, 60, -24, 5},         {kBell, 15000, 15, 0.5},    {kBell, 1000, 24, 24},
      {kHighShelf, 6000, -12, .7}, {kHighShelf, 12000, 18, 4}, {kLowCut, 80, 0, 0.7071},
      {kLowCut, 300, 0, 4},        {kHighCut, 5000, 0, 1},     {kHighCut, 18000, 0, 0.5},
      {kNotch, 1000, 0, 1},        {kTilt, 800, 12, 0.5},      {kTilt, 3000, -6, 0.7},
  };
  int band = 0;
  for (const Setting& s : settings) {
    Rig eq("eq", 1);
    Set(eq, 1 + band++ % 8, s);
    eq.Settle();
    for (const int hz : {20, 60, 100, 400, 990, 3000, 6000, 12000, 15000, 20000}) {
      const double want = CookbookDb(s, hz);
      const double near = want < -50 ? 0.2 : 0.02;
      EXPECT_NEAR(MeasuredDb(eq, hz), want, near) << s.type << ' ' << s.frequency << " at " << hz;
    }
  }
}

TEST(Eq, NotchTakesItsToneAway) {
  Rig eq("eq", 1);
  Set(eq, 5, {kNotch, 1000, 0, 2});
  eq.Settle();
  EXPECT_LT(MeasuredDb(eq, 1000), -100);
}

TEST(Eq, TwoCutsAreAButterworthOfFourthOrder) {
  Rig eq("eq", 1);
  Set(eq, 1, {kLowCut, 200, 0, 0.5412});
  Set(eq, 2, {kLowCut, 200, 0, 1.3066});
  eq.Settle();
  EXPECT_NEAR(MeasuredDb(eq, 200), -3.01, 0.01);
  EXPECT_NEAR(MeasuredDb(eq, 100), -24.1, 0.1);
  EXPECT_NEAR(MeasuredDb(eq, 50), -48.2, 0.1);
}

TEST(Eq, EightBandsAddUp) {
  Rig eq("eq", 1);
  const Setting settings[] = {{kLowCut, 30, 0, 0.7}, {kLowShelf, 200, 6, 0.7}, {kBell, 400, 5, 3},
                              {kBell, 800, -6, 1},   {kNotch, 1500, 0, 5},     {kBell, 3000, 4, 1},
                              {kTilt, 2000, 4, 0.5}, {kHighCut, 14000, 0, 0.7}};
  for (int b = 0; b < 8; ++b) Set(eq, b + 1, settings[b]);
  eq.Settle();
  for (const int hz : {50, 380, 700, 2500, 10000}) {
    double want = 0;
    for (const Setting& s : settings) want += CookbookDb(s, hz);
    EXPECT_NEAR(MeasuredDb(eq, hz), want, 0.03) << hz;
  }
}

TEST(Eq, FlatIsTransparentToTheBit) {
  Rig eq("eq");
  const Signal in = Noise(5000);
  EXPECT_EQ(eq.RenderAlike(in)[0], in);
}

TEST(Eq, ABandThatIsSwitchedOffIsTransparentToTheBit) {
  Rig eq("eq");
  Set(eq, 3, {kBell, 300, 12, 1});
  Set(eq, 4, {kNotch, 900, 0, 1});
  Set(eq, 5, {kBell, 500, 6, 1});
  eq.Settle();
  eq.Set("on.3", 0);
  eq.Set("on.4", 0);
  eq.Set("gain.5", 0);
  const Signal in = Noise(5000);
  EXPECT_NE(eq.RenderAlike(in)[0], in);
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

/// How rough a sine of 100 Hz gets while `change` takes place, as a multiple of the same sine, 12 dB louder.
template <typename Change>
double RoughnessOf(const Setting& before, Change change) {
  Rig eq("eq", 1);
  const Signal tone = Sine(100, 48000);
  Set(eq, 4, before);
  eq.Settle();
  eq.RenderAlike(tone);
  change(eq);
  const double calm = 4 * std::pow(2 * M_PI * 100 / kSampleRate, 2);
  return Roughness(eq.RenderAlike(tone)[0]) / calm;
}

TEST(Eq, MovingBandMakesNoZipperNoise) {
  // A straight glide of 12 dB within 21 ms bends a tone where it ends, up to 8 times as much as the tone bends itself;
  // a jump would bend it a thousand times as much.
  EXPECT_LT(RoughnessOf({kBell, 100, 0, 0.7}, [](Rig& eq) { eq.Set("gain.4", 12); }), 8);
  EXPECT_LT(RoughnessOf({kBell, 100, 12, 0.7}, [](Rig& eq) { eq.Set("freq.4", 2000); }), 2);
  EXPECT_LT(RoughnessOf({kLowShelf, 300, 12, 0.7}, [](Rig& eq) { eq.Set("q.4", 2); }), 2);
}

TEST(Eq, SwitchingABandDoesNotClick) {
  for (int type = kBell; type <= kTilt; ++type) {
    const Setting band{static_cast<Type>(type), 150, 12, 0.7};
    const auto off = [](Rig& eq) { eq.Set("on.4", 0); };
    const auto on_again = [](Rig& eq) {
      eq.Set("on.4", 0);
      eq.RenderAlike(Sine(100, 4800));
      eq.Set("on.4", 1);
    };
    EXPECT_LT(RoughnessOf(band, off), 2) << type;
    EXPECT_LT(RoughnessOf(band, on_again), 2) << type;
  }
}

TEST(Eq, AnotherTypeIsFadedIn) {
  for (int from = kBell; from <= kTilt; ++from) {
    for (int to = kBell; to <= kTilt; ++to) {
      const Setting before{static_cast<Type>(from), 150, 12, 0.7};
      const auto change = [&](Rig& eq) { eq.Set("type.4", static_cast<float>(to)); };
      EXPECT_LT(RoughnessOf(before, change), 2) << from << " to " << to;
    }
  }
}

TEST(Eq, SurvivesTheWildestKnobs) {
  Rig eq("eq", 1);
  for (int i = 0; i < 2000; ++i) {
    for (int band = 1; band <= 8; ++band) {
      Set(eq, band,
          {static_cast<Type>((i + band) % 7), i % 2 == 0 ? 20.0 : 20000.0,
           i % 3 == 0 ? 24.0 : -24.0, i % 5 == 0 ? 24.0 : 0.1});
      if (i % 11 == 0) eq.Set("on." + std::to_string(band), 0);
    }
    const Signal out = eq.RenderAlike(Noise(37, static_cast<std::uint32_t>(i)))[0];
    for (const float x : out) ASSERT_LT(std::abs(x), 1e12f) << i;
  }
}

TEST(Eq, InfinityWithinDoesNotStay) {
  Rig eq("eq", 1);
  eq.Set("gain.2", 24);
  eq.Settle();
  eq.RenderAlike(Constant(100, 3.4e38f));
  eq.Settle();
  EXPECT_NEAR(MeasuredDb(eq, 10000), 0.0, 0.1);
  EXPECT_EQ(eq.RenderAlike(Signal(48000))[0].back(), 0.0f);
}

}  // namespace
}  // namespace continuo::dsp
