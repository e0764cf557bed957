// SPDX-License-Identifier: Apache-2.0
#include "proto/session/heard_segments.h"

#include <gtest/gtest.h>

namespace continuo::session {
namespace {

TEST(HeardSegments, WhatIsLocatedLeavesNothingOfWhatWasToCome) {
  HeardSegments segments;
  EXPECT_EQ(segments.At(5), nullptr);
  const Segment first{.version = 1, .n0 = 100}, second{.version = 2, .n0 = 200};
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
}  // namespace continuo::session
