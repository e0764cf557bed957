// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/rig.h"

namespace continuo::dsp {
namespace {

TEST(Gain, UnityIsTransparentToTheBit) {
  Rig gain("gain");
  const Signal in = Noise(1000);
  EXPECT_EQ(gain.RenderAlike(in)[1], in);
}

TEST(Gain, DecibelsAreAmplitudeRatios) {
  for (const float db : {-96.0f, -6.0f, 0.0f, 12.0f, 24.0f}) {
    Rig gain("gain", 1);
    gain.Set("gain", db);
    gain.Settle();
    const double want = std::pow(10.0, static_cast<double>(db) / 20);
    EXPECT_NEAR(gain.RenderAlike(Constant(1))[0][0], want, want * 1e-6) << db;
  }
}

TEST(Gain, ThrownFaderMakesNoStep) {
  Rig gain("gain", 1);
  gain.Set("gain", -96.0f);
  const Signal out = gain.RenderAlike(Constant(600))[0];
  EXPECT_LE(LargestStep(out), 1.001f / 480);
  EXPECT_EQ(out[0], 1.0f);
  EXPECT_EQ(out[480], out[599]) << "arrives after 10 ms";
}

TEST(Gain, FaderTurnedBackHalfwayMakesNoStep) {
  Rig gain("gain", 1);
  gain.Set("mute", 1);
  Signal out = gain.RenderAlike(Constant(240))[0];
  gain.Set("mute", 0);
  const Signal rest = gain.RenderAlike(Constant(600))[0];
  out.insert(out.end(), rest.begin(), rest.end());
  EXPECT_LE(LargestStep(out), 1.001f / 480);
  EXPECT_EQ(out.back(), 1.0f);
}

TEST(Gain, MuteIsExactSilenceWhateverTheGain) {
  Rig gain("gain");
  gain.Set("mute", 1);
  gain.Set("gain", 24);
  gain.Settle();
  EXPECT_EQ(gain.RenderAlike(Noise(100))[0], Signal(100));
}

}  // namespace
}  // namespace continuo::dsp
