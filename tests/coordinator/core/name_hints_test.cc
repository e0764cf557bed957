// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/name_hints.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace continuo::coordinator {
namespace {

class NameHintsTest : public testing::Test {
 protected:
  NameHintsTest() {
    for (int i = 0; i < 1000; ++i) names_.push_back("task-" + std::to_string(i));
  }

  std::size_t Find(const std::string& name) const {
    return hints_.Find(names_.size(), name,
                       [this](std::size_t i) -> const std::string& { return names_[i]; });
  }

  std::vector<std::string> names_;
  NameHints hints_;
};

TEST_F(NameHintsTest, EachNameIsFoundAndNoOther) {
  for (std::size_t i = 0; i < names_.size(); ++i) EXPECT_EQ(Find(names_[i]), i);
  EXPECT_EQ(Find("task-1000"), NameHints::kNone);
  EXPECT_EQ(Find(""), NameHints::kNone);
}

TEST_F(NameHintsTest, OfTwoOfANameTheFirstIsFound) {
  names_.push_back("task-7");
  EXPECT_EQ(Find("task-7"), 7u);
}

TEST_F(NameHintsTest, AListMayGrowShrinkAndBeRenamedBetweenTwoLooks) {
  EXPECT_EQ(Find("task-999"), 999u);
  for (int i = 1000; i < 5000; ++i) names_.push_back("task-" + std::to_string(i));
  EXPECT_EQ(Find("task-4999"), 4999u);
  names_[3] = "another";
  EXPECT_EQ(Find("another"), 3u);
  EXPECT_EQ(Find("task-3"), NameHints::kNone);
  names_.resize(100);
  EXPECT_EQ(Find("task-99"), 99u);
  EXPECT_EQ(Find("task-100"), NameHints::kNone);
  names_.resize(10);
  EXPECT_EQ(Find("task-9"), 9u);
  EXPECT_EQ(Find("task-10"), NameHints::kNone);
}

TEST_F(NameHintsTest, ACopyKnowsTheNamesOfItsOwnList) {
  EXPECT_EQ(Find("task-5"), 5u);
  const NameHints copy = hints_;
  EXPECT_EQ(copy, hints_);
  std::swap(names_[5], names_[6]);
  const auto name_of = [this](std::size_t i) -> const std::string& { return names_[i]; };
  EXPECT_EQ(copy.Find(names_.size(), "task-5", name_of), 6u);
}

}  // namespace
}  // namespace continuo::coordinator
