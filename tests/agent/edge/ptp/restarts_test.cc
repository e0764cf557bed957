// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/ptp/restarts.h"

#include <gmock/gmock.h>

namespace continuo::agent {
namespace {

constexpr Nanoseconds kMs = 1'000'000;

TEST(Restarts, PausesGrowUpToTheLongest) {
  Restarts restarts;
  Nanoseconds t = 7'000 * kMs;
  EXPECT_TRUE(restarts.IsDue(t));
  Nanoseconds last = 0;
  for (const int pause_ms : {500, 1'000, 2'000, 4'000, 8'000, 16'000, 30'000, 30'000}) {
    restarts.Began(t);
    EXPECT_FALSE(restarts.IsDue(t + Restarts::kLongestPause));
    t += 20 * kMs;
    restarts.Ended(t, "with exit code 1");
    last = t + pause_ms * kMs;
    EXPECT_FALSE(restarts.IsDue(last - 1));
    EXPECT_TRUE(restarts.IsDue(last));
    t = last;
  }
  EXPECT_EQ(restarts.Trouble(t),
            "ptp4l has ended 8 times in a row, the last with exit code 1; it is begun again after "
            "30000 ms");
}

TEST(Restarts, WhoHasRunForLongIsWell) {
  Restarts restarts;
  restarts.Began(0);
  EXPECT_EQ(restarts.Trouble(kMs), "");
  restarts.Ended(kMs, "by signal 9");
  EXPECT_EQ(restarts.Trouble(kMs), "ptp4l has ended by signal 9; it is begun again after 500 ms");
  restarts.Began(501 * kMs);
  EXPECT_EQ(restarts.Trouble(502 * kMs), "ptp4l has ended by signal 9; it runs again");
  const Nanoseconds well = 501 * kMs + Restarts::kWell;
  EXPECT_EQ(restarts.Trouble(well), "");
  restarts.Ended(well, "by signal 9");
  EXPECT_TRUE(restarts.IsDue(well + Restarts::kFirstPause));
}

}  // namespace
}  // namespace continuo::agent
