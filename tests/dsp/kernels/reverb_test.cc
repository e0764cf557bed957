// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "dsp/kernels/rig.h"

namespace continuo::dsp {
namespace {

struct Room {
  float size, decay, damping;
};

/// A settled reverb that lets only the reverberation be heard.
void PrepareWet(Rig& reverb, Room room, float predelay = 0) {
  reverb.Set("size", room.size);
  reverb.Set("decay", room.decay);
  reverb.Set("damping", room.damping);
  reverb.Set("predelay", predelay);
  reverb.Set("mix", 1);
  reverb.Settle();
}

/// Time in seconds until 60 dB are lost, from the slope between -5 and -35 dB of the backward-integrated response
/// (Schroeder, "New method of measuring reverberation time", JASA 37, 1965).
double DecayTime(const Signal& response) {
  double left = 0;
  std::vector<double> after(response.size());
  for (std::size_t i = response.size(); i-- > 0;) {
    left += static_cast<double>(response[i]) * static_cast<double>(response[i]);
    after[i] = left;
  }
  const auto falls_below = [&](double db) {
    const double level = after[0] * std::pow(10.0, db / 10);
    const auto found =
        std::find_if(after.begin(), after.end(), [&](double e) { return e < level; });
    return static_cast<double>(found - after.begin());
  };
  return 2 * (falls_below(-35) - falls_below(-5)) / kSampleRate;
}

/// A burst at that frequency, short against any decay time measured with it.
Signal Burst(double hz, int frames) {
  Signal burst(frames);
  const Signal tone = Sine(hz, 960);
  for (int i = 0; i < 960; ++i) burst[i] = tone[i] * static_cast<float>(std::sin(M_PI * i / 960));
  return burst;
}

TEST(Reverb, DecaysInTheTimeItIsSetTo) {
  for (const Room& room : {Room{0.2f, 0.5f, 0.3f}, Room{0.6f, 2.0f, 0.5f}, Room{1.0f, 2.0f, 1.0f},
                           Room{1.0f, 8.0f, 0.2f}}) {
    Rig reverb("reverb");
    PrepareWet(reverb, room);
    const int frames = static_cast<int>(room.decay * 1.5f * kSampleRate);
    const double decay = DecayTime(reverb.RenderAlike(Burst(300, frames))[0]);
    EXPECT_NEAR(decay / static_cast<double>(room.decay), 1.0, 0.1)
        << room.size << ' ' << room.decay;
  }
}

TEST(Reverb, DampingMakesTrebleDieSooner) {
  Rig reverb("reverb");
  PrepareWet(reverb, {0.6f, 2.0f, 0.8f});
  const double low = DecayTime(reverb.RenderAlike(Burst(300, 150000))[0]);
  const double high = DecayTime(reverb.RenderAlike(Burst(10000, 150000))[0]);
  EXPECT_LT(high, 0.5 * low);
}

TEST(Reverb, LongestDecayNeverGrows) {
  Rig reverb("reverb");
  PrepareWet(reverb, {1.0f, 30.0f, 0.0f});
  reverb.RenderAlike(Noise(48000));
  double before = 1e9;
  for (int second = 0; second < 20; ++second) {
    if (second == 5) reverb.Set("size", 0.2f);
    if (second == 10) reverb.Set("size", 1.0f);
    const double energy = Energy(reverb.RenderAlike(Signal(48000))[0], 0, 48000);
    // A room that is being shrunk or stretched may speed its content up, not blow it up.
    EXPECT_LT(energy, 1.3 * before) << second;
    before = energy;
  }
}

TEST(Reverb, SteadyNoiseStaysBounded) {
  Rig reverb("reverb");
  PrepareWet(reverb, {0.2f, 30.0f, 0.0f});
  double loudest = 0;
  for (std::uint32_t second = 0; second < 30; ++second) {
    loudest = std::max(loudest, Energy(reverb.RenderAlike(Noise(48000, second))[0], 0, 48000));
  }
  EXPECT_LT(std::sqrt(loudest / 48000), 10.0);
}

TEST(Reverb, PredelayIsSilentAndMixZeroIsTransparent) {
  Rig reverb("reverb");
  PrepareWet(reverb, {0.6f, 2.0f, 0.5f}, 100);
  EXPECT_EQ(reverb.RenderAlike(Impulse(4800))[0], Signal(4800));
  reverb.Set("mix", 0);
  reverb.Settle();
  const Signal in = Noise(4800);
  EXPECT_EQ(reverb.RenderAlike(in)[0], in);
}

TEST(Reverb, SidesAreOfEqualLevelAndIndependent) {
  Rig reverb("reverb");
  PrepareWet(reverb, {0.6f, 2.0f, 0.3f});
  const auto out = reverb.RenderAlike(Impulse(96000));
  double product = 0;
  for (int i = 0; i < 96000; ++i)
    product += static_cast<double>(out[0][i]) * static_cast<double>(out[1][i]);
  const double left = Energy(out[0], 0, 96000), right = Energy(out[1], 0, 96000);
  EXPECT_LT(std::abs(product) / std::sqrt(left * right), 0.15);
  EXPECT_NEAR(10 * std::log10(left / right), 0.0, 1.0);
}

TEST(Reverb, ClickBecomesDense) {
  // In dense reverberation samples are normally distributed: 31.7 % lie beyond one standard deviation (Abel and
  // Huang, "A simple, robust measure of reverberation echo density", AES 121, 2006).
  Rig reverb("reverb");
  PrepareWet(reverb, {0.6f, 2.0f, 0.2f});
  const Signal out = reverb.RenderAlike(Impulse(48000))[0];
  for (int from = 7200; from < 40000; from += 1200) {
    const double deviation = std::sqrt(Energy(out, from, from + 1200) / 1200);
    int beyond = 0;
    for (int i = from; i < from + 1200; ++i)
      beyond += std::abs(static_cast<double>(out[i])) > deviation ? 1 : 0;
    EXPECT_GT(beyond / 1200.0 / 0.317, 0.85) << "at " << from / 48 << " ms";
  }
}

TEST(Reverb, MovingTheRoomMakesNoClick) {
  Rig reverb("reverb");
  PrepareWet(reverb, {0.6f, 2.0f, 0.5f});
  const Signal tone = Sine(200, 96000, 0.5);
  const float calm = LargestStep(reverb.RenderAlike(tone)[0]);
  reverb.Set("size", 0.9f);
  reverb.Set("decay", 1.0f);
  reverb.Set("predelay", 40);
  EXPECT_LT(LargestStep(reverb.RenderAlike(tone)[0]), 2.5f * calm);
}

}  // namespace
}  // namespace continuo::dsp
