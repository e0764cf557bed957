// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/sampler.h"

#include <gtest/gtest.h>

#include <numeric>

#include "dsp/kernels/soloist.h"

namespace continuo::dsp {
namespace {

constexpr Frames kLong = 24'000;

/// A recording whose samples say which they are.
struct Recording {
  explicit Recording(float level, Frames frames = kLong, int channels = 1)
      : samples(frames * channels), asset{samples.data(), frames, channels} {
    for (std::size_t i = 0; i < samples.size(); ++i) {
      samples[i] = level * (1.0f + static_cast<float>(i % 1000) * 0x1p-12f);
    }
  }
  std::vector<float> samples;
  AudioAsset asset;
};

TEST(Sampler, PlaysExactlyWhatWasRecorded) {
  const Recording kick(0.5f, 1000);
  Soloist sampler(kSampler, {kick.asset}, {36});
  sampler.On(36, 1.0f);
  const auto heard = sampler.Play(1200);
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(heard[i], kick.samples[i]) << i;
  for (int i = 1000; i < 1200; ++i) ASSERT_EQ(heard[i], 0.0f) << i;
  EXPECT_EQ(heard, sampler.right);
}

TEST(Sampler, StereoKeepsItsSides) {
  const Recording cymbal(0.5f, 100, 2);
  Soloist stereo(kSampler, {cymbal.asset}, {49}), mono(kSampler, {cymbal.asset}, {49}, 1);
  stereo.On(49);
  mono.On(49);
  const auto left = stereo.Play(100), middle = mono.Play(100);
  for (int i = 0; i < 100; ++i) {
    ASSERT_EQ(left[i], cymbal.samples[2 * i]);
    ASSERT_EQ(stereo.right[i], cymbal.samples[2 * i + 1]);
    ASSERT_EQ(middle[i], 0.5f * (left[i] + stereo.right[i]));
  }
}

TEST(Sampler, KeyWithoutAnAssetIsSilent) {
  const Recording kick(0.5f);
  Soloist sampler(kSampler, {kick.asset}, {36});
  sampler.On(37);
  sampler.On(35);
  EXPECT_EQ(PeakOf(sampler.Play(1000)), 0.0f);
}

TEST(Sampler, StrokeRingsOutUnlessItIsGated) {
  const Recording pad(0.5f);
  for (const float hold : {0.0f, 1.0f}) {
    Soloist sampler(kSampler, {pad.asset}, {60});
    sampler.Set("hold", hold);
    sampler.Set("release", 20);
    sampler.On(60);
    sampler.Play(1000);
    sampler.Off(60);
    sampler.Play(4000);
    EXPECT_EQ(PeakOf(sampler.Play(1000)) > 0.1f, hold == 1.0f) << hold;
  }
}

TEST(Sampler, ClosedHiHatChokesTheOpenOne) {
  const Recording open(0.5f), closed(0.01f, 100);
  for (const float choke : {0.0f, 1.0f}) {
    Soloist sampler(kSampler, {closed.asset, open.asset}, {42, 46});
    sampler.Set("choke", choke);
    sampler.On(46);
    sampler.Play(1000);
    sampler.On(42);
    sampler.Play(3000);
    EXPECT_EQ(PeakOf(sampler.Play(1000)) > 0.1f, choke == 0.0f) << choke;
  }
}

TEST(Sampler, AssetsOfOneKeyAreLayersOfVelocity) {
  const Recording soft(0.1f), middle(0.2f), hard(0.4f), other(0.8f);
  const std::pair<float, float> cases[] = {{1.0f / 127, 0.1f}, {0.3f, 0.1f}, {0.4f, 0.2f},
                                           {0.65f, 0.2f},      {0.7f, 0.4f}, {1.0f, 0.4f}};
  for (const auto& [velocity, level] : cases) {
    Soloist sampler(kSampler, {soft.asset, other.asset, middle.asset, hard.asset},
                    {38, 40, 38, 38});
    sampler.Set("velocity", 0);
    sampler.On(38, velocity);
    EXPECT_EQ(sampler.Play(1)[0], level) << velocity;
  }
}

TEST(Sampler, ThirtyThirdStrokeTakesTheOldestVoice) {
  std::vector<Recording> recordings;
  std::vector<AudioAsset> assets;
  std::vector<std::uint8_t> keys(32);
  std::iota(keys.begin(), keys.end(), std::uint8_t{50});
  recordings.reserve(32);
  for (int i = 0; i < 32; ++i) {
    recordings.emplace_back(i == 0 ? 1.0f : 0x1p-10f);
    assets.push_back(recordings.back().asset);
  }
  Soloist sampler(kSampler, assets, keys);
  for (int i = 0; i < 32; ++i) sampler.On(50 + i);
  EXPECT_GT(sampler.Play(10)[0], 1.0f);
  sampler.On(51);
  EXPECT_GT(sampler.Play(1)[0], 1.0f) << "it fades, it does not break off";
  sampler.Play(239);
  EXPECT_LT(PeakOf(sampler.Play(10)), 0.1f) << "5 ms later";
}

TEST(Sampler, KeysMustBeAsManyAsAssets) {
  const Recording kick(0.5f);
  EXPECT_TRUE(Soloist(kSampler, {kick.asset}, {36}).ready());
  EXPECT_FALSE(Soloist(kSampler, {kick.asset}, {}).ready());
  EXPECT_FALSE(Soloist(kSampler, {kick.asset}, {200}).ready());
}

}  // namespace
}  // namespace continuo::dsp
