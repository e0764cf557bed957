// SPDX-License-Identifier: Apache-2.0
#include "agent/shell/lives.h"

#include <gtest/gtest.h>

namespace continuo::agent {
namespace {

class LivesTest : public testing::Test {
 protected:
  LivesTest() : folder_(testing::TempDir() + "lives-test") {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    plan_.version = 3;
    plan_.start_n = 9600;
  }
  const std::filesystem::path folder_;
  plan::Plan plan_;
};

TEST_F(LivesTest, FirstProcessLivesAndItsSuccessorDoesNot) {
  EXPECT_FALSE(Lives(folder_).BegunBefore(plan_));
  EXPECT_TRUE(Lives(folder_).BegunBefore(plan_));
  EXPECT_TRUE(Lives(folder_).BegunBefore(plan_));
}

TEST_F(LivesTest, PlanSentAgainIsTheSameLife) {
  Lives lives(folder_);
  EXPECT_FALSE(lives.BegunBefore(plan_));
  plan_.term = 9;
  EXPECT_FALSE(lives.BegunBefore(plan_));
}

TEST_F(LivesTest, NewShowIsANewLife) {
  EXPECT_FALSE(Lives(folder_).BegunBefore(plan_));
  plan_.start_n += 96;
  EXPECT_FALSE(Lives(folder_).BegunBefore(plan_));
}

}  // namespace
}  // namespace continuo::agent
