// SPDX-License-Identifier: Apache-2.0
#include "coordinator/beside/media_bounds.h"

#include <gtest/gtest.h>

#include "coordinator/beside/heard_segments.h"

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

TEST(HeardSegments, WhatIsLocatedLeavesNothingOfWhatWasToCome) {
  HeardSegments segments;
  EXPECT_EQ(segments.At(5), nullptr);
  const session::Segment first{.version = 1, .n0 = 100}, second{.version = 2, .n0 = 200};
  segments.Know(first);
  segments.Know(second);
  segments.Know(second);
  EXPECT_EQ(segments.all().size(), 2U);
  EXPECT_EQ(*segments.At(50), first) << "before the first one, that one";
  EXPECT_EQ(*segments.At(199), first);
  EXPECT_EQ(*segments.At(200), second);
  EXPECT_EQ(*segments.After(199), second);
  EXPECT_EQ(segments.After(200), nullptr);
  segments.Know({.version = 3, .n0 = 150});
  EXPECT_EQ(segments.all().size(), 2U);
  EXPECT_EQ(segments.At(300)->version, 3U);
  for (MediaTime n = 1; n <= 40; ++n) segments.Know({.n0 = 1'000 * n});
  EXPECT_EQ(segments.all().size(), HeardSegments::kMost);
  EXPECT_EQ(segments.At(50'000)->n0, 40'000) << "the newest stay";
}

}  // namespace
}  // namespace continuo::coordinator::beside
