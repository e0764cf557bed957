// SPDX-License-Identifier: Apache-2.0
// One engine after the other: plans of the same performance change no sample.
#include <gtest/gtest.h>

#include "agent/rt/cluster.h"
#include "agent/rt/program.h"

namespace continuo::test {
namespace {

constexpr Frames kMs = kSampleRate / 1000;

void ExpectUntouched(Cluster& cluster) {
  EXPECT_EQ(cluster.Altered(TestShow::kFohA), 0);
  EXPECT_EQ(cluster.Altered(TestShow::kFohB), 0);
  EXPECT_EQ(cluster.Sum().divergences, 0u);
  EXPECT_EQ(cluster.Sum().tainted_replicas, 0);
  EXPECT_GT(Peak(cluster.Rendered()), 0.01f) << "a silent show proves nothing";
}

TEST(SuccessionTest, PlansThatChangeNothingAreNotHeard) {
  Cluster cluster({});
  for (Frames at = -320; at < 2000; at += 70) {
    cluster.RunTo(at * kMs);
    cluster.Replan(cluster.plan());
  }
  cluster.RunToEnd();
  ExpectUntouched(cluster);
  EXPECT_GT(cluster.retired(), 150);
  EXPECT_EQ(cluster.Sum().concealed, 0u);
}

TEST(SuccessionTest, NorWhenTheyReachTheNodesInAnyOrderUnderLoss) {
  Cluster cluster({.seed = 3});
  cluster.Impair({.loss = 0.01, .duplication = 0.01, .delay_min = 5, .delay_max = 400});
  for (Frames at = 100; at < 2000; at += 170) {
    cluster.RunTo(at * kMs);
    cluster.Replan(cluster.plan(), {{1, at % 3 * 400 * kMs}, {3, at % 5 * 100 * kMs}});
  }
  cluster.RunToEnd();
  ExpectUntouched(cluster);
}

TEST(SuccessionTest, CountersGoOnAcrossEngines) {
  Cluster cluster({});
  cluster.RunTo(900 * kMs);
  cluster.Replan(cluster.plan());
  cluster.RunToEnd();
  const agent::handoff::Counters& counters = cluster.Counters(TestShow::kFohA);
  EXPECT_EQ(counters.plan_version, 2u);
  EXPECT_EQ(counters.outputs[0].frames, 2 * kSampleRate);
  EXPECT_GT(counters.totals.ticks, 2u * kSampleRate / 96);
  EXPECT_GT(counters.totals.packets_received, 1900u);
}

TEST(SuccessionTest, DeadReplicasLeaveThePlanUnheard) {
  for (const plan::NodeId victim : {1, 2, 3}) {
    Cluster cluster({});
    cluster.RunTo(500 * kMs);
    cluster.Kill(victim);
    cluster.RunTo(900 * kMs);
    plan::Plan plan = cluster.plan();
    for (plan::Task& task : plan.tasks) {
      std::erase_if(task.replicas, [victim](const auto& r) { return r.node == victim; });
    }
    cluster.Replan(plan);
    cluster.RunToEnd();
    ExpectUntouched(cluster);
  }
}

TEST(SuccessionTest, AnOutputThatComesLaterPlaysWhatTheOthersPlayFromThereOn) {
  Cluster cluster({});
  cluster.RunTo(700 * kMs);
  plan::Plan plan = cluster.plan();
  plan.outputs.push_back({3, "booth", TestShow::kMaster, 3});
  cluster.Replan(plan);
  cluster.RunToEnd();
  ExpectUntouched(cluster);
  const Frames first = cluster.FirstPlayed(3) - TestShow::kStart;
  EXPECT_GT(first, 300 * kMs);
  EXPECT_LT(first, 700 * kMs);
  const std::vector<float> truth = cluster.Rendered();
  const std::vector<float>& played = cluster.Played(3);
  ASSERT_EQ(played.size(), truth.size() - 2 * static_cast<std::size_t>(first));
  // What lay before the node heard of its task is repaired from the replicas' rings.
  EXPECT_TRUE(std::equal(played.rbegin(), played.rend(), truth.rbegin()));
}

TEST(SuccessionTest, AnOutputThatGoesComesBackWithItsRing) {
  Cluster cluster({});
  cluster.RunTo(700 * kMs);
  plan::Plan plan = cluster.plan();
  plan.outputs.pop_back();
  cluster.Replan(plan);
  EXPECT_EQ(cluster.engine(TestShow::kFohB).Rings().size(), 1u);
  EXPECT_EQ(cluster.engine(TestShow::kFohB).DeviceRings().size(), 1u);
  cluster.RunToEnd();
  EXPECT_EQ(cluster.Altered(TestShow::kFohA), 0);
  EXPECT_EQ(cluster.engine(TestShow::kFohA).Rings().size(), 1u);
  EXPECT_EQ(cluster.engine(TestShow::kFohB).Rings().size(), 0u);
  EXPECT_EQ(cluster.engine(TestShow::kFohB).DeviceRings().size(), 0u);
  const auto played = static_cast<Frames>(cluster.Played(TestShow::kFohB).size() / 2);
  EXPECT_NEAR(played, 400 * kMs, 5 * kMs);
}

TEST(SuccessionTest, AnEngineTakesOverOnlyFromTheSamePerformance) {
  const TestShow show({});
  agent::rt::Program before, after;
  ASSERT_EQ(agent::rt::DeriveProgram(show.plan(), 1, before), "");
  after = before;
  EXPECT_EQ(CheckSuccession(before, after), "");
  after.plan.run = 2;
  EXPECT_NE(CheckSuccession(before, after), "");
  after = before;
  after.plan.tasks[1].description.kind = "gain";
  EXPECT_NE(CheckSuccession(before, after), "");
  after = before;
  after.plan.timing.playout += 1;
  EXPECT_NE(CheckSuccession(before, after), "");
}

}  // namespace
}  // namespace continuo::test
