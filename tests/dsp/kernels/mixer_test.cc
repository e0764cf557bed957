// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/rig.h"

namespace continuo::dsp {
namespace {

TEST(Mixer, SumsInTheOrderOfThePorts) {
  // Float addition is not associative: only one order gives this result.
  Rig mixer("mixer", 1, 3);
  EXPECT_EQ(mixer.Render({Constant(1, 1e8f), Constant(1, -1e8f), Constant(1, 1.0f)})[0][0], 1.0f);
  EXPECT_EQ(mixer.Render({Constant(1, 1e8f), Constant(1, 1.0f), Constant(1, -1e8f)})[0][0], 0.0f);
}

TEST(Mixer, EveryPortHasItsOwnFader) {
  Rig mixer("mixer", 1, 16);
  std::vector<Signal> in;
  double want = 0;
  for (int port = 1; port <= 16; ++port) {
    const float db = static_cast<float>(-port);
    mixer.Set("gain." + std::to_string(port), db);
    in.push_back(Constant(1000, static_cast<float>(port)));
    want += port * std::pow(10.0, static_cast<double>(db) / 20);
  }
  EXPECT_NEAR(mixer.Render(in)[0][999], want, want * 1e-6);
}

TEST(Mixer, MutedPortAddsNothing) {
  Rig mixer("mixer", 2, 2);
  mixer.Set("mute.2", 1);
  const std::vector<Signal> in = {Constant(1000, 0.5f), Constant(1000, 0.25f), Noise(1000),
                                  Noise(1000)};
  const auto out = mixer.Render(in);
  EXPECT_EQ(out[0][999], 0.5f);
  EXPECT_EQ(out[1][999], 0.25f);
}

TEST(Mixer, MasterFaderMakesNoStep) {
  Rig mixer("mixer", 1, 1);
  mixer.Set("mute", 1);
  const Signal out = mixer.RenderAlike(Constant(600))[0];
  EXPECT_LE(LargestStep(out), 1.001f / 480);
  EXPECT_EQ(out[599], 0.0f);
}

TEST(Mixer, OverflowingSumIsSilenceNotInfinity) {
  Rig mixer("mixer", 1, 2);
  EXPECT_EQ(mixer.Render({Constant(1, 3e38f), Constant(1, 3e38f)})[0][0], 0.0f);
  EXPECT_EQ(mixer.Render({Constant(1, 1.0f), Constant(1, 1.0f)})[0][0], 2.0f);
}

}  // namespace
}  // namespace continuo::dsp
