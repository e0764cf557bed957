// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/numbers.h"

#include <gtest/gtest.h>

namespace continuo::coordinator::cli {
namespace {

TEST(Numbers, APlaceInTheMusicIsWrittenToAThousandthOfItsParts) {
  EXPECT_EQ(BarBeatText({17, 1, 0}), "17.1.000");
  EXPECT_EQ(BarBeatText({17, 3, 24}), "17.3.024");
}

TEST(Numbers, TemposAreExactToAThousandth) {
  EXPECT_EQ(ParseTempo("112"), 112'000u);
  EXPECT_EQ(ParseTempo("112.5"), 112'500u);
  EXPECT_EQ(ParseTempo("10.001"), 10'001u);
  EXPECT_EQ(ParseTempo("999"), 999'000u);
}

TEST(Numbers, ASmallStateIsNotNothing) {
  EXPECT_EQ(SizeText(1'280), "1.3 kB");
  EXPECT_EQ(SizeText(999'000), "999.0 kB");
  EXPECT_EQ(SizeText(4'030'000), "4.0 MB");
}

TEST(Numbers, TemposOutOfRangeOrTooFineAreNone) {
  for (const char* text :
       {"", "9.999", "999.001", "1000", "112.", "112.5555", ".5", "-120", "120x"}) {
    EXPECT_FALSE(ParseTempo(text)) << text;
  }
}

}  // namespace
}  // namespace continuo::coordinator::cli
