// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/state/pacer.h"

#include <gtest/gtest.h>

namespace continuo::agent {
namespace {

TEST(Pacer, ManySendersTogetherKeepTheRate) {
  Pacer pacer(1000);
  EXPECT_EQ(pacer.Reserve(500, 0), 0);
  EXPECT_EQ(pacer.Reserve(100, 0), 500'000'000) << "another sender, at the same time";
  EXPECT_EQ(pacer.Reserve(100, 550'000'000), 600'000'000);
}

TEST(Pacer, WhoWasWokenLateDoesNotFallBehindTheRate) {
  Pacer pacer(1'000'000);
  const Nanoseconds first = pacer.Reserve(5'000, 1'000'000'000);
  EXPECT_EQ(first, 1'000'000'000);
  EXPECT_EQ(pacer.Reserve(5'000, first + 15'000'000), first + 5'000'000) << "10 ms too late";
  EXPECT_EQ(pacer.Reserve(5'000, first + 15'000'000), first + 10'000'000);
  EXPECT_EQ(pacer.Reserve(5'000, first + 15'000'000), first + 15'000'000);
  EXPECT_EQ(pacer.Reserve(5'000, first + 15'000'000), first + 20'000'000);
}

TEST(Pacer, PauseIsNotMadeUpForWithABurst) {
  Pacer pacer(1000);
  pacer.Reserve(100, 0);
  EXPECT_EQ(pacer.Reserve(100, 5'000'000'000), 5'000'000'000);
  EXPECT_EQ(pacer.Reserve(100, 5'000'000'000), 5'100'000'000);
}

}  // namespace
}  // namespace continuo::agent
