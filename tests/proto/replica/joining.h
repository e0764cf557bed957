// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "proto/replica/hand.h"

namespace continuo::replica {

inline constexpr int kWhile = 300;  ///< periods in which a join comes to its end

inline bool Names(const wire::FellowMessage& message, int excluded) {
  return std::ranges::count(message.excluded, static_cast<Incarnation>(excluded)) > 0;
}

/// A joiner that has learned, but was not admitted yet.
inline int Learner(Hand& hand, const std::vector<int>& members, int donor) {
  std::vector<int> all = members;
  const int j = hand.Join();
  all.push_back(j);
  hand.Live(all, 5);
  EXPECT_TRUE(hand.Learn(j, donor));
  return j;
}

/// Lives on until member 1 holds the JOIN of j.
inline void LiveUntilAdmitted(Hand& hand, const std::vector<int>& all, int j) {
  for (int p = 0; p < kWhile && !hand[1].Needs(static_cast<Incarnation>(j)); ++p) hand.Live(all, 1);
  ASSERT_TRUE(hand[1].Needs(static_cast<Incarnation>(j)));
  ASSERT_EQ(hand[j].state(), State::kLearning);
}

}  // namespace continuo::replica
