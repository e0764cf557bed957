// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/show/scalar.h"

#include <gtest/gtest.h>

namespace continuo::coordinator {
namespace {

TEST(Scalar, APlaceInTheMusicHasUpToThreeParts) {
  EXPECT_EQ(ParseBarBeat("17"), (session::BarBeat{17, 1, 0}));
  EXPECT_EQ(ParseBarBeat("17.3"), (session::BarBeat{17, 3, 0}));
  EXPECT_EQ(ParseBarBeat("17.3.24"), (session::BarBeat{17, 3, 24}));
}

TEST(Scalar, WhatIsAlmostAPlaceIsNone) {
  for (const char* text : {"", "0", "17.", "17.0", "17.3.", "17.3.3840", "17.3.1.1", "-1", " 17",
                           "17 ", "x", "1e3", "99999999999999999999"}) {
    EXPECT_FALSE(ParseBarBeat(text)) << text;
  }
}

}  // namespace
}  // namespace continuo::coordinator
