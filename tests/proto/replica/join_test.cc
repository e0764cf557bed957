// SPDX-License-Identifier: Apache-2.0
// Joining: what a newcomer may believe, when it counts, and when it must not.
#include <gtest/gtest.h>

#include "proto/replica/hand.h"

namespace continuo::replica {
namespace {

TEST(Join, FromBareToInSync) {
  Hand hand(2);
  hand.Live({1, 2}, 30);
  const int j = hand.Join();
  EXPECT_TRUE(hand[j].bare());
  EXPECT_EQ(hand[j].state(), State::kLearning);
  hand.Live({1, 2, j}, 5);
  EXPECT_FALSE(hand[j].Proven()) << "it has no state";
  ASSERT_TRUE(hand.Learn(j, 1));
  EXPECT_FALSE(hand.Learn(j, 1)) << "once";
  hand.Live({1, 2, j}, 300);
  EXPECT_EQ(hand[j].state(), State::kInSync);
  EXPECT_TRUE(hand[j].hash_equal());
  EXPECT_EQ(hand[1].live_members(), 3);
  EXPECT_EQ(hand[j].live_members(), 3);
  EXPECT_EQ(hand[j].next(), hand[1].next());
  hand.Live({j}, 100);
  EXPECT_EQ(hand[j].live_members(), 1) << "and it carries on alone";
  EXPECT_EQ(hand[j].state(), State::kInSync);
  EXPECT_EQ(hand[j].Submit(Gain(1, hand.In(90)), hand.now()), Admission::kAdmitted);
}

}  // namespace
}  // namespace continuo::replica
