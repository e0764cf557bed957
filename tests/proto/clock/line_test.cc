// SPDX-License-Identifier: Apache-2.0
#include "proto/clock/line.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace continuo::clock {
namespace {

constexpr Nanoseconds kToday = 1'790'000'000 * kSecond;

TEST(Line, RunsAtItsRateInBothDirections) {
  const Line line{.local = 7, .stage = kToday, .rate_ppb = 50'000};
  EXPECT_EQ(line.At(7), kToday);
  EXPECT_EQ(line.At(7 + 10 * kSecond), kToday + 10 * kSecond + 500'000);
  EXPECT_EQ(line.At(7 - 10 * kSecond), kToday - 10 * kSecond - 500'000);
}

TEST(Line, AYearWithoutANewOneDoesNotOverflow) {
  const Line line{.local = 0, .stage = kToday, .rate_ppb = -1'000'000};
  const Nanoseconds year = 365 * 86'400 * kSecond;
  EXPECT_EQ(line.At(year), kToday + year - year / 1000);
}

TEST(Line, ThereAndBack) {
  for (const std::int64_t rate : {-500'000, -80'000, 0, 3, 50'000}) {
    const Line line{.local = 12'345, .stage = kToday, .rate_ppb = rate};
    for (Nanoseconds d = -5 * kSecond; d < 5 * kSecond; d += 123'456'789) {
      EXPECT_NEAR(static_cast<double>(line.LocalAt(line.At(d)) - d), 0, 2) << rate << " " << d;
    }
  }
}

/// Each published line is consistent in itself, so a torn one would be seen.
TEST(SharedLine, IsNeverReadHalfWritten) {
  SharedLine shared;
  shared.Publish({1, 2, 3});
  std::atomic<bool> ending{false};
  std::thread writer([&] {
    for (Nanoseconds i = 1; i < 200'000; ++i) shared.Publish({i, 2 * i, 3 * i});
    ending = true;
  });
  while (!ending) {
    const Line line = shared.Read();
    ASSERT_EQ(line.stage, 2 * line.local);
    ASSERT_EQ(line.rate_ppb, 3 * line.local);
  }
  writer.join();
}

}  // namespace
}  // namespace continuo::clock
