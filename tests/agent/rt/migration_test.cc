// SPDX-License-Identifier: Apache-2.0
// Replicas that come and go while the show plays.
#include <gtest/gtest.h>

#include "agent/rt/cluster.h"

namespace continuo::test {
namespace {

using plan::IncidentKind;
using plan::ReplicaState;

constexpr Frames kMs = kSampleRate / 1000;

void ExpectUntouched(Cluster& cluster) {
  EXPECT_EQ(cluster.Altered(TestShow::kFohA), 0);
  EXPECT_EQ(cluster.Altered(TestShow::kFohB), 0);
  EXPECT_EQ(cluster.Sum().divergences, 0u);
  EXPECT_EQ(cluster.Sum().tainted_replicas, 0);
  EXPECT_EQ(cluster.Told(IncidentKind::kJoinFailed), 0);
  EXPECT_GT(Peak(cluster.Rendered()), 0.01f) << "a silent show proves nothing";
}

class MigrateTest : public testing::TestWithParam<int> {};

TEST_P(MigrateTest, ATaskThatMovesIsNotHeard) {
  const auto task = static_cast<plan::TaskId>(GetParam());
  Cluster cluster({.length = 3 * kSampleRate});
  cluster.RunTo(500 * kMs);
  plan::Plan plan = cluster.plan();
  const Incarnation joiner = cluster.Join(plan, task, TestShow::kSpare);
  plan.tasks[task - 1].replicas[0].leaving = true;
  const plan::NodeId from = plan.tasks[task - 1].replicas[0].node;
  cluster.Replan(plan);
  cluster.RunTo(2000 * kMs);
  EXPECT_EQ(cluster.ReplicaOn(TestShow::kSpare, task).state, ReplicaState::kInSync);
  EXPECT_EQ(cluster.ReplicaOn(TestShow::kSpare, task).incarnation, joiner);
  EXPECT_TRUE(cluster.ReplicaOn(TestShow::kSpare, task).join.hash_equal);
  EXPECT_EQ(cluster.ReplicaOn(from, task).state, ReplicaState::kRetired);
  EXPECT_EQ(cluster.Told(IncidentKind::kJoined), 1);
  EXPECT_EQ(cluster.Told(IncidentKind::kRetired), 1);
  EXPECT_EQ(cluster.Told(IncidentKind::kExcluded), 0);
  auto& replicas = plan.tasks[task - 1].replicas;
  replicas.erase(replicas.begin());
  cluster.Replan(plan);
  cluster.RunToEnd();
  ExpectUntouched(cluster);
  EXPECT_EQ(cluster.courier().carried(), 1);
}
INSTANTIATE_TEST_SUITE_P(EveryTask, MigrateTest, testing::Range(1, 7));

// The master hears one of its inputs by way of a compressor; the other two wait for it, and are in its state.
TEST(DelayedTest, WhoJoinsWhileSamplesWaitHearsThem) {
  for (const Frames delay : {48, 1001}) {
    const auto shape = [delay](plan::Plan& plan) {
      for (const std::size_t w : {1, 2}) plan.tasks.back().description.wires[w].delay = delay;
    };
    Cluster cluster({.length = 3 * kSampleRate, .warm = "compressor", .shape = shape});
    cluster.RunTo(500 * kMs);
    plan::Plan plan = cluster.plan();
    cluster.Join(plan, TestShow::kMaster, TestShow::kSpare);
    cluster.Replan(plan);
    cluster.RunTo(2000 * kMs);
    EXPECT_EQ(cluster.ReplicaOn(TestShow::kSpare, TestShow::kMaster).state, ReplicaState::kInSync);
    EXPECT_TRUE(cluster.ReplicaOn(TestShow::kSpare, TestShow::kMaster).join.hash_equal);
    cluster.Kill(plan.tasks.back().replicas[0].node);
    cluster.RunToEnd();
    ExpectUntouched(cluster);
  }
}

/// Both live replicas of a task that lost its third: plan without the dead, with a joiner on a spare node.
class HealTest : public testing::TestWithParam<int> {};

plan::Plan Healed(Cluster& cluster, plan::NodeId dead, plan::NodeId spare) {
  plan::Plan plan = cluster.plan();
  for (plan::Task& task : plan.tasks) {
    const auto lost =
        std::erase_if(task.replicas, [dead](const auto& r) { return r.node == dead; });
    if (lost > 0) cluster.Join(plan, task.description.id, spare);
  }
  return plan;
}

int InSync(Cluster& cluster, plan::NodeId node) {
  int in_sync = 0;
  for (const auto& replica : cluster.Counters(node).replicas) {
    in_sync += replica.state == ReplicaState::kInSync ? 1 : 0;
  }
  return in_sync;
}

TEST_P(HealTest, AfterADeathRedundancyComesBackSoThatTheNextDeathIsNotHeardEither) {
  const auto victim = static_cast<plan::NodeId>(GetParam());
  Cluster cluster({.length = 5 * kSampleRate});
  cluster.RunTo(500 * kMs);
  cluster.Kill(victim);
  cluster.RunTo(900 * kMs);
  cluster.Replan(Healed(cluster, victim, TestShow::kSpare));
  cluster.RunTo(2500 * kMs);
  EXPECT_EQ(InSync(cluster, TestShow::kSpare), 4);
  const auto next = static_cast<plan::NodeId>(victim % 3 + 1);
  cluster.Kill(next);
  cluster.RunTo(3000 * kMs);
  cluster.Replan(Healed(cluster, next, TestShow::kOtherSpare));
  cluster.RunTo(4500 * kMs);
  EXPECT_EQ(InSync(cluster, TestShow::kOtherSpare), 4);
  cluster.Kill(static_cast<plan::NodeId>(next % 3 + 1));
  cluster.RunToEnd();
  ExpectUntouched(cluster);
}
INSTANTIATE_TEST_SUITE_P(EveryNode, HealTest, testing::Range(1, 4));

TEST(ReturnTest, AProcessThatComesBackTakesPartAgainWithNewIncarnations) {
  Cluster cluster({.length = 4 * kSampleRate});
  cluster.RunTo(500 * kMs);
  cluster.Kill(2);
  cluster.RunTo(900 * kMs);
  cluster.Restart(2);
  cluster.RunTo(1000 * kMs);
  cluster.Replan(Healed(cluster, 2, 2));
  cluster.RunTo(2500 * kMs);
  EXPECT_EQ(InSync(cluster, 2), 4);
  cluster.Kill(1);
  cluster.RunToEnd();
  ExpectUntouched(cluster);
}

TEST(MoveTest, EveryTaskMovesAtOnceAndBackAgain) {
  Cluster cluster({.length = 4 * kSampleRate});
  for (const bool back : {false, true}) {
    cluster.RunTo((back ? 2000 : 500) * kMs);
    plan::Plan plan = cluster.plan();
    for (plan::Task& task : plan.tasks) {
      std::erase_if(task.replicas, [](const auto& r) { return r.leaving; });
      plan::Replica& leaver = task.replicas.front();
      leaver.leaving = true;
      const plan::NodeId home = 1 + task.description.id % 3;
      cluster.Join(plan, task.description.id, back ? home : TestShow::kSpare);
    }
    cluster.Replan(plan);
  }
  cluster.RunToEnd();
  ExpectUntouched(cluster);
  EXPECT_EQ(cluster.Told(IncidentKind::kJoined), 12);
  EXPECT_EQ(cluster.Told(IncidentKind::kRetired), 12);
}

class TimingTest : public testing::TestWithParam<int> {};

TEST_P(TimingTest, ShortTimingsAndClocksThatDifferAreNoHindrance) {
  const auto task = static_cast<plan::TaskId>(GetParam());
  plan::Timing timing{.playout = 30 * kMs,
                      .promise = 40 * kMs,
                      .silence = 20 * kMs,
                      .lead = 50 * kMs,
                      .repair_after = 2 * kMs};
  for (const Frames skew : {0 * kMs, kMs}) {
    Cluster cluster({.quantum = 48, .timing = timing, .skew = skew});
    cluster.RunTo(300 * kMs);
    plan::Plan plan = cluster.plan();
    cluster.Join(plan, task, TestShow::kSpare);
    plan.tasks[task - 1].replicas[0].leaving = true;
    cluster.Replan(plan);
    cluster.RunTo(1000 * kMs);
    EXPECT_EQ(cluster.ReplicaOn(TestShow::kSpare, task).state, ReplicaState::kInSync);
    cluster.Kill(plan.tasks[task - 1].replicas[1].node);
    cluster.RunToEnd();
    EXPECT_EQ(cluster.Altered(TestShow::kFohA), 0);
    EXPECT_EQ(cluster.Sum().divergences, 0u);
  }
}
INSTANTIATE_TEST_SUITE_P(EveryTask, TimingTest, testing::Range(1, 7));

}  // namespace
}  // namespace continuo::test
