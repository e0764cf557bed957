// SPDX-License-Identifier: Apache-2.0
#include "proto/clock/media_map.h"

#include <gtest/gtest.h>

namespace continuo::clock {
namespace {

constexpr ClockIdentity kA = 0xaabbcc'fffe'000001, kB = 0xaabbcc'fffe'000002;
constexpr Nanoseconds kToday = 1'790'000'000 * kSecond;

TEST(MediaMap, BeginsWithTheTimeOfTheFirstGrandmaster) {
  const MapEntry first = FirstEntry(kA);
  EXPECT_TRUE(IsValid(first));
  EXPECT_EQ(first.StageAt(kToday + 5), kToday + 5);
}

TEST(MediaMap, AnotherGrandmasterContinuesTheSamples) {
  constexpr Nanoseconds kOff = 300'000'000;  // it shows less than the one before
  const MediaTime from = SampleAt(kToday) + 24'001;
  const MapEntry next = NextEntry(1, kB, kOff, from);
  EXPECT_TRUE(IsValid(next));
  EXPECT_EQ(next.version, 2u);
  EXPECT_EQ(next.StageAt(kToday - kOff + 77), kToday + 77);
  EXPECT_EQ(next.n % kSampleRate, 0);
}

TEST(MediaMap, AnEntryIsFutureDated) {
  MediaMap map;
  ASSERT_TRUE(map.Add(FirstEntry(kA)));
  ASSERT_TRUE(map.Add(NextEntry(1, kA, 5'000'000, 48'000)));  // the same clock, set by somebody
  EXPECT_EQ(map.Find(kA, 47'999)->version, 1u);
  EXPECT_EQ(map.Find(kA, 48'000)->version, 2u);
  EXPECT_EQ(map.Find(kB, 48'000), nullptr);
}

TEST(MediaMap, WhatIsOldOrWrongIsRefused) {
  MediaMap map;
  ASSERT_TRUE(map.Add(NextEntry(4, kA, 0, 0)));
  EXPECT_FALSE(map.Add(NextEntry(4, kB, 0, 0))) << "not newer";
  EXPECT_FALSE(map.Add(NextEntry(5, 0, 0, 0))) << "of no clock";
  MapEntry odd = NextEntry(5, kB, 0, 0);
  odd.n = 1;
  EXPECT_FALSE(map.Add(odd)) << "sample 1 begins within a nanosecond";
  odd = NextEntry(5, kB, 0, 0);
  odd.rate_hz = 44'100;
  EXPECT_FALSE(map.Add(odd));
  EXPECT_EQ(map.version(), 5u);
}

TEST(MediaMap, ForgetsTheOldestWhenThereIsNoRoom) {
  MediaMap map;
  for (std::uint32_t v = 0; v < 20; ++v) ASSERT_TRUE(map.Add(NextEntry(v, kA + v, 0, 0)));
  EXPECT_EQ(map.entries().size(), MediaMap::kEntries);
  EXPECT_EQ(map.version(), 20u);
  EXPECT_EQ(map.Find(kA, 0), nullptr);
}

}  // namespace
}  // namespace continuo::clock
