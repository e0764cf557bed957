// SPDX-License-Identifier: Apache-2.0
#include "agent/handoff/live_ring.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace continuo::agent::handoff {
namespace {

class LiveRingTest : public testing::Test {
 protected:
  /// Channel c of sample n is n + c / 4, below 2^20.
  Frames Write(MediaTime n, Frames frames) {
    std::vector<float> left, right;
    for (Frames i = 0; i < frames; ++i) {
      left.push_back(static_cast<float>(n + i));
      right.push_back(static_cast<float>(n + i) + 0.25f);
    }
    const float* const channels[] = {left.data(), right.data()};
    return ring_.Write(n, channels, frames);
  }
  std::vector<float> Take(MediaTime n, Frames frames) {
    std::vector<float> left(static_cast<std::size_t>(frames)), right(left);
    float* const channels[] = {left.data(), right.data()};
    ring_.Take(n, frames, channels);
    for (std::size_t i = 0; i < left.size(); ++i) {
      EXPECT_EQ(right[i], left[i] == 0 ? 0 : left[i] + 0.25f);
    }
    return left;
  }

  LiveRing ring_{2, 1024};
  std::atomic<MediaTime> taken_{0};
};

TEST_F(LiveRingTest, WhatNobodyGaveIsSilenceAndCounted) {
  EXPECT_EQ(ring_.end(), LiveRing::kNothing);
  EXPECT_EQ(Take(5000, 3), (std::vector<float>{0, 0, 0}));
  EXPECT_EQ(ring_.silent(), 3);
}

TEST_F(LiveRingTest, AGapShiftsNothingThatComesAfterIt) {
  Write(5000, 2);
  Write(5004, 2);
  EXPECT_EQ(ring_.end(), 5006);
  EXPECT_EQ(Take(5000, 6), (std::vector<float>{5000, 5001, 0, 0, 5004, 5005}));
  EXPECT_EQ(ring_.silent(), 2);
}

TEST_F(LiveRingTest, WhatIsDatedTwiceIsTakenOnce) {
  Write(5000, 4);
  EXPECT_EQ(Write(5002, 4), 2);
  EXPECT_EQ(Write(5001, 3), 3);
  EXPECT_EQ(ring_.end(), 5006);
  EXPECT_EQ(Take(5000, 6), (std::vector<float>{5000, 5001, 5002, 5003, 5004, 5005}));
}

TEST_F(LiveRingTest, WhatAnOlderRoundLeftInThePlaceIsNotTaken) {
  Write(5000, 512);
  Write(5000 + 3 * 1024 + 100, 1);
  EXPECT_EQ(Take(5000 + 3 * 1024 + 99, 3), (std::vector<float>{0, 8172, 0}));
}

TEST_F(LiveRingTest, OneWritesWhileTheOtherTakes) {
  constexpr MediaTime kEnd = 192 * 500 + 1;
  std::thread writer([this] {
    for (MediaTime n = 1; n < kEnd; n += 64) {
      while (n > taken_ + 512) std::this_thread::yield();
      Write(n, 64);
    }
  });
  for (MediaTime n = 1; n < kEnd; n += 48) {
    while (ring_.end() < n + 48) std::this_thread::yield();
    const std::vector<float> got = Take(n, 48);
    for (std::size_t i = 0; i < got.size(); ++i) {
      ASSERT_EQ(got[i], static_cast<float>(n + static_cast<MediaTime>(i)));
    }
    taken_ = n;
  }
  writer.join();
  EXPECT_EQ(ring_.silent(), 0);
}

}  // namespace
}  // namespace continuo::agent::handoff
