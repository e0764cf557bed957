// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/rt/lead.h"

#include <gtest/gtest.h>

#include "proto/mcu/frame.h"

namespace continuo::mcu {
namespace {

static_assert(kLeadVouched < Lead::kLease);

TEST(LeadTest, WhoIsHeardFirstLeadsAsLongAsItIsHeard) {
  Lead lead;
  EXPECT_FALSE(lead.way());
  EXPECT_TRUE(lead.Take(2, 1));
  EXPECT_FALSE(lead.Take(3, 2));
  EXPECT_TRUE(lead.Take(2, 900'000'000));
  EXPECT_FALSE(lead.Take(3, 1'899'999'999));
  EXPECT_TRUE(lead.Take(3, 1'900'000'000)) << "it was silent for a second";
  EXPECT_FALSE(lead.Take(2, 1'900'000'001));
  EXPECT_EQ(lead.way(), 3);
}

TEST(LeadTest, WhoseConnectionEndsLeadsNoLonger) {
  Lead lead;
  lead.Take(2, 1);
  lead.Lose(3);
  EXPECT_EQ(lead.way(), 2);
  lead.Lose(2);
  EXPECT_FALSE(lead.way());
  EXPECT_TRUE(lead.Take(3, 2));
}

}  // namespace
}  // namespace continuo::mcu
