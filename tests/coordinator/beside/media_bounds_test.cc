// SPDX-License-Identifier: Apache-2.0
#include "coordinator/beside/media_bounds.h"

#include <gtest/gtest.h>

namespace continuo::coordinator::beside {
namespace {

constexpr Nanoseconds kMs = 1'000'000;

TEST(MediaBounds, TheTightestOfManyAnswersHold) {
  MediaBounds bounds;
  EXPECT_FALSE(bounds.knows());
  // Media time is 10 s ahead. One answer came back at once, another was asked quickly.
  bounds.Note(0, 5 * kMs, 48 * (10'000 + 5));
  EXPECT_EQ(bounds.error(), 5 * kMs / 2);
  bounds.Note(100 * kMs, 120 * kMs, 48 * (10'000 + 100));
  EXPECT_EQ(bounds.error(), 0);
  EXPECT_EQ(bounds.ahead(), 10'000 * kMs);
  EXPECT_EQ(bounds.At(200 * kMs), 48 * (10'000 + 200));
  // What is old is forgotten: clocks drift.
  bounds.Note(10'000 * kMs, 10'002 * kMs, 48 * (20'000 + 1));
  EXPECT_EQ(bounds.error(), kMs);
}

}  // namespace
}  // namespace continuo::coordinator::beside
