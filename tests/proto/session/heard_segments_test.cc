// SPDX-License-Identifier: Apache-2.0
#include "proto/session/heard_segments.h"

#include <gtest/gtest.h>

#include <vector>

namespace continuo::session {
namespace {

TEST(HeardSegments, WhatIsToldHoldsFromItsFirstOneOn) {
  HeardSegments segments;
  EXPECT_EQ(segments.At(5), nullptr);
  using Told = std::vector<Segment>;
  const Segment first{.version = 1, .n0 = 100}, second{.version = 2, .n0 = 200};
  segments.Know(Told{first});
  segments.Know(Told{first, second});
  segments.Know(Told{second});
  EXPECT_EQ(segments.all().size(), 2U);
  EXPECT_EQ(*segments.At(50), first) << "before the first one, that one";
  EXPECT_EQ(*segments.At(199), first);
  EXPECT_EQ(*segments.At(200), second);
  EXPECT_EQ(*segments.After(199), second);
  EXPECT_EQ(segments.After(200), nullptr);
  segments.Know(Told{{.version = 3, .n0 = 150}, {.version = 4, .n0 = 180}});
  EXPECT_EQ(segments.all().size(), 3U) << "none that came and went between two looks is missed";
  EXPECT_EQ(segments.At(160)->version, 3U);
  EXPECT_EQ(segments.At(300)->version, 4U);
  for (MediaTime n = 1; n <= 40; ++n) segments.Know(Told{{.n0 = 1'000 * n}});
  EXPECT_EQ(segments.all().size(), HeardSegments::kMost);
  EXPECT_EQ(segments.At(50'000)->n0, 40'000) << "the newest stay";
}

}  // namespace
}  // namespace continuo::session
