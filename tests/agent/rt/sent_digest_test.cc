// SPDX-License-Identifier: Apache-2.0
#include "agent/rt/sent_digest.h"

#include <gtest/gtest.h>

namespace continuo::agent::rt {
namespace {

constexpr int kQuantum = 48;
constexpr Frames kEvery = 480;

// One channel, each packet filled with the number of its first sample.
void Send(SentDigest& digest, MediaTime from, MediaTime to) {
  for (MediaTime n = from; n < to; n += kQuantum) {
    float samples[kQuantum];
    for (float& sample : samples) sample = static_cast<float>(n);
    const float* const out[] = {samples};
    digest.Add(out, 1, kQuantum);
  }
}

TEST(SentDigest, OfANewcomerIsThatOfItsFellowOnceItHasHeardEnough) {
  SentDigest founder, newcomer;
  founder.Begin(0, 0);
  Send(founder, 0, 480);
  EXPECT_TRUE(founder.Take(480, kEvery));
  newcomer.Begin(528, 300);
  Send(founder, 480, 960);
  Send(newcomer, 528, 960);
  EXPECT_TRUE(founder.Take(960, kEvery));
  EXPECT_FALSE(newcomer.Take(960, kEvery)) << "it was not there from the beginning";
  Send(founder, 960, 1440);
  Send(newcomer, 960, 1440);
  const auto expected = founder.Take(1440, kEvery);
  ASSERT_TRUE(expected);
  EXPECT_EQ(newcomer.Take(1440, kEvery), expected);
}

TEST(SentDigest, SaysNothingBeforeTheKernelHasHeardAsMuchAsItRemembers) {
  SentDigest newcomer;
  newcomer.Begin(480, 481);
  Send(newcomer, 480, 960);
  EXPECT_FALSE(newcomer.Take(960, kEvery));
  Send(newcomer, 960, 1440);
  EXPECT_FALSE(newcomer.Take(1440, kEvery)) << "of what it sent, the first sample is not certain";
  Send(newcomer, 1440, 1920);
  EXPECT_TRUE(newcomer.Take(1920, kEvery));
}

TEST(SentDigest, OneOtherSampleIsSeen) {
  SentDigest a, b;
  a.Begin(0, 0);
  b.Begin(0, 0);
  Send(a, 0, 480);
  Send(b, 0, 432);
  Send(b, 0, 48);
  EXPECT_NE(*a.Take(480, kEvery), *b.Take(480, kEvery));
}

}  // namespace
}  // namespace continuo::agent::rt
