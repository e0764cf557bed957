// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/core/trial.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "dsp/kernels/registry.h"

namespace continuo::mcu {
namespace {

alignas(16) std::array<std::uint8_t, 8192> memory;

std::uint64_t HashOf(const char* kind, std::uint64_t seed, Frames samples) {
  Trial trial;
  EXPECT_EQ(trial.Begin(*dsp::FindKernel(kind), seed, samples, memory), nullptr);
  Frames blocks = 0;
  while (trial.Step()) ++blocks;
  EXPECT_EQ(blocks, (samples + Trial::kBlock - 1) / Trial::kBlock);
  EXPECT_TRUE(trial.done());
  return trial.hash();
}

TEST(TrialTest, TheHashFollowsFromKernelNoiseAndLengthAlone) {
  memory.fill(0xff);
  const std::uint64_t hash = HashOf("eq", 7, 1000);
  memory.fill(0x55);
  EXPECT_EQ(HashOf("eq", 7, 1000), hash);
  EXPECT_NE(HashOf("eq", 8, 1000), hash);
  EXPECT_NE(HashOf("eq", 7, 1001), hash);
  EXPECT_NE(HashOf("gate", 7, 1000), hash);
}

TEST(TrialTest, AKernelThatDoesNotFitSaysSo) {
  Trial trial;
  EXPECT_STREQ(trial.Begin(*dsp::FindKernel("reverb"), 1, 100, memory),
               "RAM: the kernel does not fit");
  EXPECT_FALSE(trial.Step());
}

}  // namespace
}  // namespace continuo::mcu
