// SPDX-License-Identifier: Apache-2.0
// What a device's thread calls, inside the trap.
#include "agent/edge/devices/device_feed.h"

#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <memory>
#include <vector>

#include "realtime/trap.h"
#ifdef CONTINUO_HAS_FOLLOW_FEED
#include "agent/edge/devices/follow_feed.h"
#endif

namespace continuo::agent {
namespace {

TEST(RealtimeDeviceFeedTest, WhateverHappensTheDevicesThreadTakesNoMemoryLockOrCall) {
  const auto ring = std::make_shared<handoff::DeviceRing>(2, kSampleRate);
  DeviceFeed feed(ring, 192);
  std::vector<float> left(128), right(128), block(2 * 48, 0.7f);
  const std::array<float*, 2> out = {left.data(), right.data()};
  ring->StartAt(960);
  int due = 0;
  const realtime_trap::Armed armed;
  for (int ms = 0; ms < 3000; ++ms) {
    block[5] = ms == 2000 ? std::numeric_limits<float>::quiet_NaN() : 1.5f;
    if (ms < 1000 || ms > 1050) ring->Write(block);  // else it starves
    if (ms == 1500) feed.LostTime();
    for (due += 48; due >= 128; due -= 128) feed.Pull(out, 128);
  }
  ring->Finish();
  for (int i = 0; i < 20; ++i) feed.Pull(out, 128);
  realtime_trap::Arm(false);
  EXPECT_GT(feed.counts().starved, 0u);
  EXPECT_EQ(feed.counts().guard.refused, 1u);
  EXPECT_GT(feed.counts().guard.over, 0u);
  EXPECT_EQ(feed.counts().guard.dc, 2u);
}

#ifdef CONTINUO_HAS_FOLLOW_FEED
TEST(RealtimeDeviceFeedTest, NorDoesItWhereItFollows) {
  const auto ring = std::make_shared<handoff::DeviceRing>(2, kSampleRate);
  FollowFeed feed(ring, 240);
  std::vector<float> left(128), right(128), block(2 * 48, 0.7f);
  const std::array<float*, 2> out = {left.data(), right.data()};
  ring->StartAt(960);
  MediaTime now = 960, next = 960;
  const realtime_trap::Armed armed;
  for (int ms = 0; ms < 3000; ++ms) {
    if (ms < 1000 || ms > 1050) ring->Write(block);  // else it starves
    for (int late = 0; ms == 1051 && late < 51; ++late) ring->Write(block);
    if (ms == 1500) feed.LostTime();
    if (ms == 1500) next += 960;
    for (now += 48; next <= now; next += 128) feed.Pull(out, 128, {next, 0.5});
  }
  ring->Finish();
  for (int i = 0; i < 20; ++i, next += 128) feed.Pull(out, 128, {next, 0.5});
  realtime_trap::Arm(false);
  EXPECT_GT(feed.counts().starved, 0u);
  EXPECT_GT(feed.counts().skipped, 0);
}
#endif

}  // namespace
}  // namespace continuo::agent
