// SPDX-License-Identifier: Apache-2.0
// Tasks that are computed once only, and their witnesses: cold failover.
#include <gtest/gtest.h>

#include "agent/rt/cluster.h"
#include "dsp/kernels/registry.h"

namespace continuo::test {
namespace {

using plan::IncidentKind;
using plan::ReplicaState;

constexpr Frames kMs = kSampleRate / 1000;
constexpr plan::Timing kShort{.playout = 20 * kMs,
                              .promise = 40 * kMs,
                              .silence = 20 * kMs,
                              .lead = 50 * kMs,
                              .repair_after = 2 * kMs};

Event Gain(EventId id, Frames at, float value) {
  Event event{.at = TestShow::kStart + at, .id = id};
  event.target = static_cast<std::uint16_t>(dsp::FindParam(*dsp::FindKernel("mixer"), "gain"));
  event.value = Event::FromFloat(value);
  return event;
}

/// Bass and master run on node 1 alone; their witnesses are on the spare.
void AddWitnesses(Cluster& cluster) {
  plan::Plan plan = cluster.plan();
  for (const plan::TaskId task : {TestShow::kBass, TestShow::kMaster}) {
    cluster.Join(plan, task, TestShow::kSpare, plan::Role::kWitness);
  }
  cluster.Replan(plan);
}

void ExpectRightFrom(Cluster& cluster, Frames n) {
  const std::vector<float> truth = cluster.Rendered();
  const std::vector<float>& played = cluster.Played(TestShow::kFohA);
  ASSERT_EQ(played.size(), truth.size());
  EXPECT_TRUE(std::equal(truth.begin() + 2 * n, truth.end(), played.begin() + 2 * n));
  EXPECT_GT(Peak(truth), 0.01f) << "a silent show proves nothing";
}

TEST(WitnessTest, WatchesAndIsNotHeard) {
  Cluster cluster({.redundancy = 1, .length = 3 * kSampleRate});
  cluster.RunTo(300 * kMs);
  AddWitnesses(cluster);
  cluster.RunToEnd();
  EXPECT_EQ(cluster.Altered(TestShow::kFohA), 0);
  const auto witness = cluster.ReplicaOn(TestShow::kSpare, TestShow::kMaster);
  EXPECT_EQ(witness.state, ReplicaState::kWitness);
  EXPECT_GT(witness.next, (TestShow::kStart + 2000 * kMs) / 96) << "its newest checkpoint";
  EXPECT_GT(witness.state_bytes, 0u);
  EXPECT_EQ(cluster.Told(IncidentKind::kResumed), 0);
}

class ColdFailoverTest : public testing::TestWithParam<int> {};

TEST_P(ColdFailoverTest, IsCoveredByALongPlayout) {
  Cluster cluster({.redundancy = 1, .length = 4 * kSampleRate});
  cluster.RunTo(300 * kMs);
  AddWitnesses(cluster);
  cluster.RunTo(GetParam() * kMs);
  cluster.Kill(1);
  cluster.RunToEnd();
  EXPECT_EQ(cluster.Told(IncidentKind::kResumed), 2);
  EXPECT_EQ(cluster.Altered(TestShow::kFohA), 0);
  const auto replica = cluster.ReplicaOn(TestShow::kSpare, TestShow::kMaster);
  EXPECT_EQ(replica.state, ReplicaState::kInSync);
  EXPECT_EQ(replica.gap, 0);
}

TEST_P(ColdFailoverTest, LeavesAGapInAShortOneThatIsCountedAndRightAfterIt) {
  Cluster cluster({.quantum = 48, .redundancy = 1, .length = 4 * kSampleRate, .timing = kShort});
  cluster.RunTo(300 * kMs);
  AddWitnesses(cluster);
  const Frames death = GetParam() * kMs;
  cluster.RunTo(death);
  cluster.Kill(1);
  cluster.RunToEnd();
  EXPECT_EQ(cluster.Told(IncidentKind::kResumed), 2);
  const auto replica = cluster.ReplicaOn(TestShow::kSpare, TestShow::kMaster);
  EXPECT_EQ(replica.state, ReplicaState::kInSync);
  const Frames altered = cluster.Altered(TestShow::kFohA);
  EXPECT_LT(altered, 400 * kMs);
  EXPECT_NEAR(replica.gap, altered, 20 * kMs);
  ExpectRightFrom(cluster, death + 500 * kMs);
}

TEST_P(ColdFailoverTest, LosesNoEvent) {
  Cluster cluster({.redundancy = 1, .length = 4 * kSampleRate});
  cluster.RunTo(300 * kMs);
  AddWitnesses(cluster);
  EventId id = 0;
  for (Frames at = 600; at < 3200; at += 100) {
    cluster.RunTo(at * kMs);
    ++id;
    cluster.Issue(TestShow::kMaster, Gain(id, (at + 420) * kMs, -static_cast<float>(id % 10)));
    if (at == GetParam() / 100 * 100) cluster.Kill(1);
  }
  cluster.RunToEnd();
  int committed = 0;
  for (EventId i = 1; i <= id; ++i) committed += cluster.VerdictOf(i) == Verdict::kCommitted;
  EXPECT_GT(committed, 10);
  ExpectRightFrom(cluster, 0);
}

INSTANTIATE_TEST_SUITE_P(Moments, ColdFailoverTest,
                         testing::Values(1000, 1137, 1500, 1790, 2000, 2300));

TEST(WitnessTest, AfterItHasResumedANewWitnessWatchesIt) {
  Cluster cluster({.redundancy = 1, .length = 5 * kSampleRate});
  cluster.RunTo(300 * kMs);
  AddWitnesses(cluster);
  cluster.RunTo(1500 * kMs);
  cluster.Kill(1);
  cluster.RunTo(2300 * kMs);
  plan::Plan plan = cluster.plan();
  for (const plan::TaskId task : {TestShow::kBass, TestShow::kMaster}) {
    std::erase_if(plan.tasks[task - 1].replicas, [](const auto& r) { return r.node == 1; });
    cluster.Join(plan, task, TestShow::kOtherSpare, plan::Role::kWitness);
  }
  cluster.Replan(plan);
  cluster.RunTo(3500 * kMs);
  cluster.Kill(TestShow::kSpare);
  cluster.RunToEnd();
  EXPECT_EQ(cluster.Told(IncidentKind::kResumed), 4);
  ExpectRightFrom(cluster, 0);
}

TEST(WitnessTest, OneThatWasThereFromTheFirstPacketNeedsNoCheckpoint) {
  Cluster cluster({.redundancy = 1, .witness = true, .length = 3 * kSampleRate});
  cluster.courier().SetPace(100 * kSampleRate);
  cluster.RunTo(700 * kMs);
  cluster.Kill(1);
  cluster.RunToEnd();
  EXPECT_EQ(cluster.Told(IncidentKind::kResumed), 2);
  ExpectRightFrom(cluster, 0);
}

TEST(WitnessTest, AMasterThatOnlyStalledIsTheOneThatGoesSilent) {
  for (const Frames stall : {100, 240, 400, 1200}) {
    Cluster cluster({.redundancy = 1, .length = 5 * kSampleRate});
    cluster.RunTo(300 * kMs);
    AddWitnesses(cluster);
    cluster.RunTo(2000 * kMs);
    cluster.Stall(1, stall * kMs);
    cluster.RunToEnd();
    EXPECT_EQ(cluster.Sum().divergences, 0u) << stall;
    ExpectRightFrom(cluster, 0);
  }
}

}  // namespace
}  // namespace continuo::test
