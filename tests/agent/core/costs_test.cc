// SPDX-License-Identifier: Apache-2.0
#include "agent/core/costs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace continuo::agent::core {
namespace {

using testing::IsEmpty;

const std::vector<plan::KernelCost> kCosts = {{"eq", 34, true}, {"synth", 4'294'967'295u, true}};

TEST(Costs, ComeBackEqual) {
  EXPECT_EQ(CostsOf(CostsText(kCosts, "1.0+abc"), "1.0+abc"), kCosts);
}

TEST(Costs, OfAnotherBuildAreNotBelieved) {
  EXPECT_THAT(CostsOf(CostsText(kCosts, "1.0+abc"), "1.0+abcd"), IsEmpty());
  EXPECT_THAT(CostsOf(CostsText(kCosts, "1.0+abcd"), "1.0+abc"), IsEmpty());
}

TEST(Costs, CutOffAnywhereAreNotBelieved) {
  const std::string text = CostsText(kCosts, "b");
  for (std::size_t size = 0; size < text.size(); ++size) {
    EXPECT_THAT(CostsOf(text.substr(0, size), "b"), IsEmpty()) << size;
  }
  EXPECT_THAT(CostsOf(text + "\n", "b"), IsEmpty());
}

TEST(Costs, NonsenseIsNotBelieved) {
  const std::string head = CostsText({}, "b").substr(0, CostsText({}, "b").size() - 4);
  ASSERT_EQ(CostsOf(head + "eq 34\nend\n", "b").size(), 1u);
  for (const char* const line :
       {"eq", "eq ", "eq 0", "eq -1", "eq 4294967296", "eq 3x", " 3", "eq  3", "eq 1\neq 2",
        "a-kind-whose-name-is-much-too-long 3", ""}) {
    EXPECT_THAT(CostsOf(head + line + "\nend\n", "b"), IsEmpty()) << line;
  }
}

}  // namespace
}  // namespace continuo::agent::core
