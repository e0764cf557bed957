// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/svf_group.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "dsp/base/random.h"

namespace continuo::dsp {
namespace {

constexpr int kLength = 48'000;

std::vector<float> Music() {
  std::vector<float> music(kLength);
  for (int n = 0; n < kLength; ++n) music[n] = n < 40'000 ? RandomBipolar(3, 0, n) : 0.0f;
  return music;
}

const SvfShape kShapes[] = {Peak(20, 24, 24),   Peak(1000, -24, 0.1f), LowShelf(60, 12, 0.7f),
                            HighPass(20, 24),   LowPass(20'000, 0.1f), HighShelf(9000, -18, 2),
                            Notch(19'000, 0.5f)};

TEST(SvfGroup, ComputesWhatOneSampleAtATimeWould) {
  for (const SvfShape& shape : kShapes) {
    std::vector<float> samples = Music();
    const std::vector<float> in = samples;
    SvfGroup::Memory memory;
    SvfGroup(shape).Process(memory, 0, samples.data(), kLength);
    SvfState state;
    const SvfCoefficients one(shape);
    double error = 0, loudest = 0;
    for (int n = 0; n < kLength; ++n) {
      const auto want = static_cast<double>(state.Tick(one, in[n]));
      error = std::max(error, std::abs(static_cast<double>(samples[n]) - want));
      loudest = std::max(loudest, std::abs(want));
    }
    EXPECT_LT(error, 2e-5 * loudest) << shape.g << ' ' << shape.k;  // -94 dB, both are rounded
  }
}

TEST(SvfGroup, GivesTheSameBitsHoweverItIsCutAndInPairs) {
  for (const SvfShape& shape : kShapes) {
    const SvfGroup group(shape);
    std::vector<float> whole = Music(), cut = whole, left = whole, right = whole;
    SvfGroup::Memory a, b, pair[2];
    group.Process(a, 5, whole.data(), kLength);
    for (int at = 0, size = 1; at < kLength; at += size, size = size % 23 + 1) {
      const int frames = std::min(size, kLength - at);
      group.Process(b, 5 + at, cut.data() + at, frames);
      group.ProcessPair(pair, 5 + at, left.data() + at, right.data() + at, frames);
    }
    EXPECT_EQ(whole, cut);
    EXPECT_EQ(whole, left);
    EXPECT_EQ(whole, right);
    EXPECT_EQ(a, b);
    EXPECT_EQ(a, pair[1]);
  }
}

}  // namespace
}  // namespace continuo::dsp
