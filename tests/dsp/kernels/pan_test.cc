// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/rig.h"

namespace continuo::dsp {
namespace {

TEST(Pan, PowerIsConstantAtEveryPosition) {
  for (int i = -20; i <= 20; ++i) {
    Rig pan("pan");
    pan.Set("pan", static_cast<float>(i) / 20);
    pan.Settle();
    const auto out = pan.RenderAlike(Constant(1));
    EXPECT_NEAR(out[0][0] * out[0][0] + out[1][0] * out[1][0], 2.0f, 1e-5f) << i;
  }
}

TEST(Pan, PowerIsConstantOnTheWay) {
  Rig pan("pan");
  pan.Set("pan", -1);
  pan.Settle();
  pan.Set("pan", 1);
  const auto out = pan.RenderAlike(Constant(600));
  for (int i = 0; i < 600; ++i) {
    EXPECT_NEAR(out[0][i] * out[0][i] + out[1][i] * out[1][i], 2.0f, 1e-5f) << i;
  }
  EXPECT_LE(LargestStep(out[0]), 0.006f);
}

TEST(Pan, MiddleLeavesBothSidesAsTheyAre) {
  Rig pan("pan");
  const auto out = pan.Render({Constant(10, 0.5f), Constant(10, -0.25f)});
  EXPECT_NEAR(out[0][9], 0.5f, 1e-6f);
  EXPECT_NEAR(out[1][9], -0.25f, 1e-6f);
}

TEST(Pan, FarLeftSilencesTheRight) {
  Rig pan("pan");
  pan.Set("pan", -1);
  pan.Settle();
  const auto out = pan.RenderAlike(Constant(1));
  EXPECT_NEAR(out[0][0], std::sqrt(2.0f), 1e-6f);
  EXPECT_LT(std::abs(out[1][0]), 1e-6f);
}

}  // namespace
}  // namespace continuo::dsp
