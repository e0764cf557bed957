// SPDX-License-Identifier: Apache-2.0
#include "agent/handoff/device_ring.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <thread>
#include <vector>

namespace continuo::agent::handoff {
namespace {

using testing::Each;
using testing::ElementsAre;

/// Mono: sample n is n.
void WriteUpTo(DeviceRing& ring, MediaTime end) {
  for (MediaTime n = ring.end(); n < end; ++n) {
    const float sample = static_cast<float>(n);
    ring.Write({&sample, 1});
  }
}

struct Got {
  bool here = false;
  std::vector<float> samples;
};

Got Read(const DeviceRing& ring, MediaTime n, Frames frames) {
  Got got{false, std::vector<float>(static_cast<std::size_t>(frames))};
  const std::array<float*, 1> channels = {got.samples.data()};
  got.here = ring.Read(n, frames, channels);
  return got;
}

TEST(DeviceRingTest, BeforeTheFirstSampleThereIsNothing) {
  const DeviceRing ring(1, 8);
  EXPECT_EQ(ring.first(), DeviceRing::kNotStarted);
  EXPECT_FALSE(Read(ring, 0, 1).here);
}

TEST(DeviceRingTest, SamplesAreFoundByTheirMediaTime) {
  DeviceRing ring(1, 8);
  ring.StartAt(1000);
  WriteUpTo(ring, 1006);
  EXPECT_EQ(ring.first(), 1000);
  EXPECT_EQ(ring.end(), 1006);
  EXPECT_THAT(Read(ring, 1002, 3).samples, ElementsAre(1002, 1003, 1004));
  EXPECT_TRUE(Read(ring, 1002, 3).here);
  EXPECT_TRUE(Read(ring, 1000, 6).here) << "again, and from the beginning";
}

TEST(DeviceRingTest, WhatIsNotThereYetOrNoMoreIsRefused) {
  DeviceRing ring(1, 8);
  ring.StartAt(0);
  WriteUpTo(ring, 100);
  EXPECT_FALSE(Read(ring, 99, 2).here);
  EXPECT_TRUE(Read(ring, 92, 8).here);
  EXPECT_EQ(ring.oldest(), 92);
  EXPECT_FALSE(Read(ring, 91, 1).here);
  EXPECT_FALSE(Read(ring, -5, 1).here);
}

TEST(DeviceRingTest, ChannelsComeOutApart) {
  DeviceRing ring(2, 8);
  ring.StartAt(0);
  ring.Write(std::vector<float>{1, -1, 2, -2, 3, -3});
  std::array<float, 2> left{}, right{};
  const std::array<float*, 2> channels = {left.data(), right.data()};
  ASSERT_TRUE(ring.Read(1, 2, channels));
  EXPECT_THAT(left, ElementsAre(2, 3));
  EXPECT_THAT(right, ElementsAre(-2, -3));
}

TEST(DeviceRingTest, BlockThatRunsOverTheEndOfTheMemoryIsWhole) {
  DeviceRing ring(1, 8);  // 16 samples of memory
  ring.StartAt(0);
  WriteUpTo(ring, 13);
  ring.Write(std::vector<float>{13, 14, 15, 16});
  EXPECT_THAT(Read(ring, 12, 5).samples, ElementsAre(12, 13, 14, 15, 16));
}

TEST(DeviceRingTest, ReaderThatIsOverrunWhileItReadsIsToldSo) {
  DeviceRing ring(1, 1024);
  ring.StartAt(0);
  std::atomic<bool> enough{false};
  std::thread writer([&] {
    const std::vector<float> ones(64, 1.0f), twos(64, 2.0f);
    for (int i = 0; !enough; ++i) ring.Write(i % 2 == 0 ? ones : twos);
  });
  for (int whole = 0; whole < 200;) {
    const MediaTime block = ring.end() / 64 - 1;
    if (block < 0) continue;
    const Got got = Read(ring, block * 64, 64);
    if (!got.here) continue;
    ++whole;
    EXPECT_THAT(got.samples, Each(block % 2 == 0 ? 1.0f : 2.0f));
  }
  enough = true;
  writer.join();
}

}  // namespace
}  // namespace continuo::agent::handoff
