// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/devices/card_format.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace continuo::agent {
namespace {

using Bytes = std::vector<std::byte>;

std::vector<float> ThereAndBack(CardFormat format, std::vector<float> samples) {
  const int frames = static_cast<int>(samples.size());
  Bytes bytes(samples.size() * static_cast<std::size_t>(BytesOf(format)));
  std::vector<float> back(samples.size());
  const std::array<float*, 1> in = {samples.data()}, out = {back.data()};
  Pack(format, in, frames, bytes);
  Unpack(format, bytes, out, frames);
  return back;
}

TEST(CardFormatTest, WhatIsOf24BitsPassesUnchanged) {
  std::vector<float> samples;
  for (int i = -8'388'608; i < 8'388'608; i += 4'099) {
    samples.push_back(static_cast<float>(i) / 8'388'608.0f);
  }
  for (const CardFormat format : {CardFormat::kFloat32, CardFormat::kInt32, CardFormat::kInt24}) {
    EXPECT_EQ(ThereAndBack(format, samples), samples);
  }
}

TEST(CardFormatTest, WhatIsTooFineIsRoundedAndWhatIsTooLoudIsClipped) {
  const float step = 1 / 32'768.0f;
  const std::vector<float> back = ThereAndBack(
      CardFormat::kInt16, {0.6f * step, 0.4f * step, -0.6f * step, 1.0f, 7.0f, -1.0f, -7.0f});
  const std::vector<float> expected = {step, 0, -step, 1 - step, 1 - step, -1, -1};
  EXPECT_EQ(back, expected);
}

TEST(CardFormatTest, BytesAreInterleavedAndLittleEndian) {
  std::array<float, 1> left = {0.5f}, right = {-1.0f};
  const std::array<float*, 2> channels = {left.data(), right.data()};
  Bytes bytes(6);
  Pack(CardFormat::kInt24, channels, 1, bytes);
  const Bytes expected = {std::byte{0}, std::byte{0}, std::byte{0x40},
                          std::byte{0}, std::byte{0}, std::byte{0x80}};
  EXPECT_EQ(bytes, expected);
}

}  // namespace
}  // namespace continuo::agent
