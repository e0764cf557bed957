// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/devices/output_guard.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <numbers>
#include <vector>

namespace continuo::agent {
namespace {

using Sound = std::vector<float>;
constexpr int kDelay = OutputGuard::kDelay;
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInf = std::numeric_limits<float>::infinity();

Sound Make(int frames, const std::function<double(int)>& at) {
  Sound sound(static_cast<std::size_t>(frames));
  for (int i = 0; i < frames; ++i) sound[static_cast<std::size_t>(i)] = static_cast<float>(at(i));
  return sound;
}

Sound Sine(int frames, double hz, double amplitude) {
  const double step = 2 * std::numbers::pi * hz / kSampleRate;
  return Make(frames, [&](int i) { return amplitude * std::sin(step * i); });
}

/// All channels through one guard, in blocks of that many frames.
std::vector<Sound> Guarded(OutputGuard& guard, std::vector<Sound> channels, int block = 64) {
  const int frames = static_cast<int>(channels[0].size());
  for (int at = 0; at < frames; at += block) {
    std::vector<float*> here;
    for (Sound& channel : channels) here.push_back(channel.data() + at);
    guard.Process(here, std::min(block, frames - at));
  }
  return channels;
}

Sound Guarded(OutputGuard& guard, const Sound& sound, int block = 64) {
  return Guarded(guard, std::vector<Sound>{sound}, block)[0];
}

/// `after` is `before`, kDelay frames late, to the bit, from frame `first` (of `before`) on.
bool SameBits(const Sound& before, const Sound& after, std::size_t first = 0) {
  return std::memcmp(before.data() + first, after.data() + first + kDelay,
                     (before.size() - first - kDelay) * sizeof(float)) == 0;
}

float Peak(const Sound& sound) {
  float peak = 0;
  for (const float x : sound) peak = std::max(peak, std::fabs(x));
  return peak;
}

double LargestStep(const Sound& sound) {
  double largest = 0;
  for (std::size_t i = 1; i < sound.size(); ++i) {
    largest = std::max(largest, std::fabs(double{sound[i]} - sound[i - 1]));
  }
  return largest;
}

double Mean(const Sound& sound, std::size_t first) {
  double sum = 0;
  for (std::size_t i = first; i < sound.size(); ++i) sum += sound[i];
  return sum / static_cast<double>(sound.size() - first);
}

TEST(OutputGuardTest, WhatIsSanePassesBitForBit) {
  Sound noise = Make(kSampleRate, [](int i) {
    return static_cast<double>(i * 2654435761u % 20001u) / 10000.0 - 1.0;
  });
  noise[100] = 1.0f;
  noise[101] = -1.0f;
  noise[102] = -0.0f;
  noise[103] = std::numeric_limits<float>::denorm_min();
  OutputGuard guard(1);
  const Sound out = Guarded(guard, noise);
  EXPECT_TRUE(SameBits(noise, out));
  EXPECT_EQ(guard.counts(), OutputGuard::Counts{});
  EXPECT_FALSE(guard.acting());
}

TEST(OutputGuardTest, FullScaleSinesFrom10HzUpAreNeverTakenForDc) {
  for (const double hz : {10.0, 12.5, 20.0, 40.0}) {
    const Sound sine = Sine(6 * kSampleRate, hz, 1.0);
    OutputGuard guard(1);
    EXPECT_TRUE(SameBits(sine, Guarded(guard, sine))) << hz;
  }
}

TEST(OutputGuardTest, BlockSizeDoesNotMatter) {
  Sound wild = Sine(kSampleRate, 110, 1.7);
  wild[5000] = kNan;
  for (float& x : wild) x += 0.2f;
  OutputGuard one(1), other(1);
  EXPECT_EQ(Guarded(one, wild, 1), Guarded(other, wild, 1024));
  EXPECT_EQ(one.counts(), other.counts());
}

TEST(OutputGuardTest, NothingPassesFullScale) {
  for (const double amplitude : {1.0001, 1.5, 4.0, 15.9}) {
    OutputGuard guard(1);
    const Sound out = Guarded(guard, Sine(kSampleRate, 997, amplitude));
    EXPECT_LE(Peak(out), 1.0f);
    EXPECT_GT(Peak(out), 0.999f) << "not quieter than it has to be";
    EXPECT_GT(guard.counts().over, 0u);
    EXPECT_TRUE(guard.acting());
  }
}

TEST(OutputGuardTest, NothingPassesFullScaleWhateverComes) {
  Sound wild(kSampleRate);
  std::uint32_t state = 1;
  for (float& x : wild) {
    state = state * 1664525u + 1013904223u;
    const float size = std::exp2(static_cast<float>(state >> 28) - 11.0f);  // to 16 and beyond
    x = (static_cast<float>(state >> 8 & 0xffff) / 32768.0f - 1.0f) * size;
  }
  OutputGuard guard(1);
  EXPECT_LE(Peak(Guarded(guard, wild)), 1.0f);
}

TEST(OutputGuardTest, SteadyOvershootIsTurnedDownAndNotBent) {
  OutputGuard guard(1);
  const Sound in = Sine(kSampleRate, 997, 2.0);
  const Sound out = Guarded(guard, in);
  for (std::size_t i = kSampleRate / 2; i < out.size() - kDelay; ++i) {
    ASSERT_NEAR(out[i + kDelay], in[i] / 2, 1e-3) << i;
  }
}

TEST(OutputGuardTest, PeakIsMetByARampAndNotByAStep) {
  Sound in = Sine(kSampleRate / 2, 100, 0.9);
  in[10000] = 3.0f;
  OutputGuard guard(1);
  const Sound out = Guarded(guard, in);
  EXPECT_LE(std::fabs(out[10000 + kDelay]), 1.0f);
  EXPECT_NEAR(out[10000 + kDelay], 1.0f, 1e-6);
  EXPECT_EQ(guard.counts().over, 1u);
  // Beside the peak itself: the slope of the sine, and 2/3 of it within 64 frames.
  Sound beside = out;
  beside[10000 + kDelay] = (out[9999 + kDelay] + out[10001 + kDelay]) / 2;
  EXPECT_LE(LargestStep(beside), LargestStep(Sine(480, 100, 0.9)) + 0.9 * 2 / 3 / 64 + 1e-6);
}

TEST(OutputGuardTest, BitsPassAgain1300MsAfterThePeak) {
  Sound in = Sine(2 * kSampleRate, 100, 0.9);
  in[1000] = 15.0f;
  OutputGuard guard(1);
  const Sound out = Guarded(guard, in);
  EXPECT_TRUE(SameBits(in, out, 1000 + kSampleRate * 13 / 10));
  EXPECT_FALSE(guard.acting());
}

TEST(OutputGuardTest, AllChannelsComeDownTogetherSoThatNothingMovesInTheRoom) {
  Sound left = Sine(kSampleRate, 100, 0.5);
  const Sound right = left;
  left[20000] = 2.0f;
  OutputGuard guard(2);
  const std::vector<Sound> out = Guarded(guard, {left, right});
  for (std::size_t i = 0; i < right.size(); ++i) {
    if (i == 20000u + kDelay) continue;
    ASSERT_EQ(out[0][i], out[1][i]) << i;
  }
}

TEST(OutputGuardTest, WhatIsNoNumberBecomesAFadeToSilenceAndBack) {
  for (const float bad : {kNan, -kNan, kInf, -kInf, 17.0f, -3e38f}) {
    Sound in = Sine(2 * kSampleRate, 100, 0.9);
    std::fill_n(in.begin() + 10000, 100, bad);
    OutputGuard guard(1);
    const Sound out = Guarded(guard, in);
    for (const float x : out) ASSERT_TRUE(std::isfinite(x));
    EXPECT_EQ(guard.counts().refused, 100u);
    for (std::size_t i = 10000; i < 10100 + FramesOfMs(100); ++i) {
      ASSERT_EQ(out[i + kDelay], 0.0f) << i;
    }
    EXPECT_LE(LargestStep(out), LargestStep(Sine(480, 100, 0.9)) + 0.9 / 64 + 1e-6);
    EXPECT_TRUE(SameBits(in, out, 10100 + kSampleRate * 14 / 10));
  }
}

TEST(OutputGuardTest, DcIsTakenAwayAndTheMusicOnItStays) {
  Sound in = Sine(8 * kSampleRate, 40, 0.5);
  const Sound music = in;
  for (float& x : in) x += 0.1f;
  OutputGuard guard(1);
  const Sound out = Guarded(guard, in);
  EXPECT_EQ(guard.counts().dc, 1u);
  EXPECT_TRUE(guard.acting());
  EXPECT_LT(std::fabs(Mean(out, 4 * kSampleRate)), 1e-4);
  for (std::size_t i = 4 * kSampleRate; i < music.size() - kDelay; ++i) {
    ASSERT_NEAR(out[i + kDelay], music[i], 0.5 * 5e-3) << "0.05 dB at " << i;
  }
  EXPECT_LE(LargestStep(out), 0.1001 + LargestStep(music)) << "but for the DC's own beginning";
}

TEST(OutputGuardTest, DcThatIsThereFromTheFirstSampleGoesWithoutAStep) {
  OutputGuard guard(1);
  Sound out = Guarded(guard, Sound(4 * kSampleRate, 0.5f));
  out.erase(out.begin(), out.begin() + kDelay + 1);
  EXPECT_LT(LargestStep(out), 0.5 * 10 / kSampleRate + 1e-4);
  EXPECT_LT(std::fabs(out.back()), DcWatch::kFloor);
}

TEST(OutputGuardTest, FullScaleDcIsFoundWithin400Ms) {
  OutputGuard guard(1);
  Guarded(guard, Sound(FramesOfMs(400), 1.0f));
  EXPECT_EQ(guard.counts().dc, 1u);
  Guarded(guard, Sound(kSampleRate, 1.0f));
  EXPECT_LT(Guarded(guard, Sound(kSampleRate / 10, 1.0f)).back(), 0.12f);
}

TEST(OutputGuardTest, WhenTheDcIsGoneBitsPassAgain) {
  Sound in = Sine(18 * kSampleRate, 50, 0.5);
  for (std::size_t i = 0; i < 2 * kSampleRate; ++i) in[i] += 0.2f;
  OutputGuard guard(1);
  const Sound out = Guarded(guard, in);
  EXPECT_EQ(guard.counts().dc, 1u);
  EXPECT_TRUE(SameBits(in, out, 17 * kSampleRate));
  EXPECT_FALSE(guard.acting());
}

TEST(OutputGuardTest, OffsetBelowTheFloorIsLeftAlone) {
  Sound in(10 * kSampleRate, static_cast<float>(DcWatch::kFloor * 0.99));
  OutputGuard guard(1);
  EXPECT_TRUE(SameBits(in, Guarded(guard, in)));
}

}  // namespace
}  // namespace continuo::agent
