// SPDX-License-Identifier: Apache-2.0
#include "agent/core/lives.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace continuo::agent::core {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class LivesTest : public testing::Test {
 protected:
  LivesTest() {
    plan_.version = plan_.run = 3;
    plan_.start_n = 9600;
    for (const plan::TaskId id : {1, 2}) {
      plan::Task& task = plan_.tasks.emplace_back();
      task.description.id = id;
      task.replicas = {{7, 10 + id}, {8, 20 + id}};
    }
  }
  /// As the next process of the node finds it.
  Lives Restarted() const { return Lives::Of(lives_.Text()); }
  static constexpr plan::NodeId kSelf = 7;
  Lives lives_;
  plan::Plan plan_;
};

TEST_F(LivesTest, FirstProcessLivesAndItsSuccessorDoesNot) {
  EXPECT_THAT(lives_.Begin(plan_, kSelf), IsEmpty());
  Lives second = Restarted();
  EXPECT_THAT(second.Begin(plan_, kSelf), ElementsAre(ReplicaKey{1, 11}, ReplicaKey{2, 12}));
  Lives third = Lives::Of(second.Text());
  EXPECT_THAT(third.Begin(plan_, kSelf), ElementsAre(ReplicaKey{1, 11}, ReplicaKey{2, 12}));
}

TEST_F(LivesTest, PlanSentAgainIsTheSameLife) {
  EXPECT_THAT(lives_.Begin(plan_, kSelf), IsEmpty());
  plan_.term = 9;
  EXPECT_THAT(lives_.Begin(plan_, kSelf), IsEmpty());
}

TEST_F(LivesTest, NewIncarnationOfANewerPlanLivesInARestartedProcess) {
  lives_.Begin(plan_, kSelf);
  plan_.version = 4;
  plan_.tasks[1].replicas[0] = {7, 33, plan::Origin::kJoiner};
  Lives second = Restarted();
  EXPECT_THAT(second.Begin(plan_, kSelf), ElementsAre(ReplicaKey{1, 11}));
  Lives third = Lives::Of(second.Text());
  EXPECT_THAT(third.Begin(plan_, kSelf), ElementsAre(ReplicaKey{1, 11}, ReplicaKey{2, 33}))
      << "and only once";
}

TEST_F(LivesTest, ReplicaThatAnEarlierPlanDroppedIsStillRemembered) {
  lives_.Begin(plan_, kSelf);
  plan::Plan without = plan_;
  without.tasks[1].replicas.erase(without.tasks[1].replicas.begin());
  lives_.Begin(without, kSelf);
  EXPECT_THAT(Restarted().Begin(plan_, kSelf), testing::SizeIs(2));
}

TEST_F(LivesTest, StoppedShowIsNotTakenUpAgainInMidPerformance) {
  lives_.Begin(plan_, kSelf);
  lives_.End();
  EXPECT_THAT(lives_.Begin(plan_, kSelf), testing::SizeIs(2));
}

TEST_F(LivesTest, NewShowIsANewLife) {
  lives_.Begin(plan_, kSelf);
  plan_.start_n += 96;
  EXPECT_THAT(Restarted().Begin(plan_, kSelf), IsEmpty());
}

TEST_F(LivesTest, FileOfARunThatHadNoNumberYetIsOfItsFirstPlan) {
  plan_.run = 0;
  lives_.Begin(plan_, kSelf);
  plan_.run = 3;
  EXPECT_THAT(Restarted().Begin(plan_, kSelf), testing::SizeIs(2));
}

TEST_F(LivesTest, DamagedFileForbidsAtMostWhatItNames) {
  lives_.Begin(plan_, kSelf);
  const std::string whole = lives_.Text();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_LE(Lives::Of(whole.substr(0, size)).Begin(plan_, kSelf).size(), 2u);
  }
  EXPECT_THAT(Lives::Of("3 9600\n").Begin(plan_, kSelf), IsEmpty());
}

}  // namespace
}  // namespace continuo::agent::core
