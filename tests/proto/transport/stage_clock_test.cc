// SPDX-License-Identifier: Apache-2.0
#include "proto/transport/stage_clock.h"

#include <gtest/gtest.h>

#include "proto/transport/machine_clock.h"

namespace continuo::transport {
namespace {

constexpr Nanoseconds kToday = 1'790'000'000 * clock::kSecond;

TEST(StageClock, IsThatOfTheMachineUntilItFollows) {
  const StageClock clock;
  const MachineClock machine;
  const Nanoseconds before = machine.Now(), now = clock.Now(), after = machine.Now();
  EXPECT_LE(before, now);
  EXPECT_LE(now, after);
}

TEST(StageClock, ShowsTheLineThatWasDrawnLast) {
  StageClock clock;
  const Nanoseconds begun = StageClock::Local();
  clock.Follow({begun, kToday, 0});
  const Nanoseconds now = clock.Now(), passed = StageClock::Local() - begun;
  EXPECT_GE(now, kToday);
  EXPECT_LE(now, kToday + passed);
  clock.Draw({begun, 2 * kToday, 0});
  EXPECT_GE(clock.Now(), 2 * kToday);
}

TEST(StageClock, DoesNotWakeEarlyWhereRatesDiffer) {
  StageClock clock;
  clock.Follow({StageClock::Local(), kToday, -1'000'000});
  for (int i = 0; i < 3; ++i) {
    const Nanoseconds due = clock.Now() + 300'000;
    clock.SleepUntil(due);
    EXPECT_GE(clock.Now(), due);
  }
  clock.SleepUntil(kToday - clock::kSecond);  // returns at once
}

}  // namespace
}  // namespace continuo::transport
