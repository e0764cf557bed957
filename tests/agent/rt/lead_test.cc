// SPDX-License-Identifier: Apache-2.0
// Sources that run ahead, and outputs that are later than others: what has been sent is nobody's worry any more.
#include <gtest/gtest.h>

#include <algorithm>

#include "agent/rt/cluster.h"
#include "dsp/kernels/registry.h"

namespace continuo::test {
namespace {

constexpr Frames kMs = kSampleRate / 1000;
constexpr plan::NodeId kAlone = 1;

/// The bass has neither twin nor witness; `lead` ahead of time, if that is not 0.
Cluster::Options Alone(Frames lead) {
  Cluster::Options options;
  options.length = 4 * kSampleRate;
  options.shape = [lead](plan::Plan& plan) {
    for (plan::Task& task : plan.tasks) {
      const plan::TaskId id = task.description.id;
      if (id == dsp::kConductorId || id == TestShow::kBass) task.lead = lead;
      if (id != TestShow::kBass) continue;
      task.wanted = 1;
      task.replicas = {{.node = kAlone, .incarnation = 1}};
    }
  };
  return options;
}

class StallTest : public testing::TestWithParam<int> {};

TEST_P(StallTest, OfASecondIsNotHeardOfASourceThatRunsAhead) {
  Cluster cluster(Alone(1500 * kMs));
  cluster.RunTo(GetParam() * kMs);
  cluster.Stall(kAlone, kSampleRate);
  cluster.RunToEnd();
  EXPECT_EQ(cluster.Altered(TestShow::kFohA), 0);
  EXPECT_EQ(cluster.Altered(TestShow::kFohB), 0);
  EXPECT_GT(Peak(cluster.Rendered()), 0.01f) << "a silent show proves nothing";
  EXPECT_EQ(cluster.Sum().concealed, 0u);
}

TEST_P(StallTest, OfASecondIsHeardOfOneThatDoesNot) {
  Cluster cluster(Alone(0));
  cluster.RunTo(GetParam() * kMs);
  cluster.Stall(kAlone, kSampleRate);
  cluster.RunToEnd();
  EXPECT_GT(cluster.Altered(TestShow::kFohA), 100 * kMs);
}

INSTANTIATE_TEST_SUITE_P(Instants, StallTest, testing::Values(300, 1001, 1737));

// What it needs first was sent before it began to listen, and by nobody but its own node.
TEST(LeadTest, WhoeverJoinsBesideASourceThatRunsAheadHearsWhatItHasSent) {
  Cluster::Options options;
  options.length = 4 * kSampleRate;
  options.shape = [](plan::Plan& plan) {
    for (plan::Task& task : plan.tasks) {
      const plan::TaskId id = task.description.id;
      if (id == dsp::kConductorId || id == TestShow::kBass) task.lead = 1500 * kMs;
      if (id != TestShow::kBass) continue;
      task.wanted = 1;
      task.replicas = {{.node = TestShow::kSpare, .incarnation = 1}};
    }
  };
  Cluster cluster(options);
  cluster.RunTo(500 * kMs);
  plan::Plan plan = cluster.plan();
  cluster.Join(plan, TestShow::kMaster, TestShow::kSpare);
  cluster.Replan(plan);
  cluster.RunTo(2500 * kMs);
  EXPECT_EQ(cluster.ReplicaOn(TestShow::kSpare, TestShow::kMaster).state,
            plan::ReplicaState::kInSync);
  cluster.RunToEnd();
  EXPECT_EQ(cluster.Sum().tainted_replicas, 0);
  EXPECT_EQ(cluster.Altered(TestShow::kFohA), 0);
}

Event Gain(EventId id, Frames at) {
  Event event{.at = TestShow::kStart + at, .id = id};
  event.target = static_cast<std::uint16_t>(dsp::FindParam(*dsp::FindKernel("synth"), "gain"));
  event.value = Event::FromFloat(-9.0f);
  return event;
}

TEST(LeadTest, IsTheEarliestDateOfACommandAndOthersAreNotConcerned) {
  Cluster cluster(Alone(1500 * kMs));
  cluster.RunTo(500 * kMs);
  cluster.Issue(TestShow::kBass, Gain(1, 1900 * kMs));  // 1,400 ms ahead
  cluster.Issue(TestShow::kBass, Gain(2, 2100 * kMs));
  cluster.Issue(TestShow::kDrone, Gain(3, 900 * kMs));
  cluster.RunToEnd();
  EXPECT_NE(cluster.VerdictOf(1), Verdict::kCommitted) << "it was computed already";
  EXPECT_EQ(cluster.VerdictOf(2), Verdict::kCommitted);
  EXPECT_EQ(cluster.VerdictOf(3), Verdict::kCommitted);
  EXPECT_EQ(cluster.Altered(TestShow::kFohA), 0);
}

TEST(OffsetTest, SamplesOfALaterOutputAreNumberedLaterAndAreTheSame) {
  constexpr Frames kLater = 1190;  // the way of sound over 8.5 m, no multiple of the quantum
  Cluster::Options options;
  options.shape = [](plan::Plan& plan) { plan.outputs[1].offset = kLater; };
  Cluster cluster(options);
  cluster.RunTo(700 * kMs);
  cluster.Kill(2);
  cluster.RunToEnd();
  EXPECT_EQ(cluster.FirstPlayed(TestShow::kFohA), TestShow::kStart);
  EXPECT_EQ(cluster.FirstPlayed(TestShow::kFohB), TestShow::kStart + kLater);
  EXPECT_EQ(cluster.Altered(TestShow::kFohA), 0);
  EXPECT_EQ(cluster.Altered(TestShow::kFohB), 0);
  EXPECT_EQ(cluster.Played(TestShow::kFohA), cluster.Played(TestShow::kFohB));
}

TEST(OffsetTest, ALaterOutputLeavesLater) {
  constexpr Frames kLater = 100 * kMs;
  Cluster::Options options;
  options.shape = [](plan::Plan& plan) { plan.outputs[1].offset = kLater; };
  Cluster cluster(options);
  cluster.RunTo(700 * kMs);
  const auto on_time = static_cast<Frames>(cluster.Played(TestShow::kFohA).size() / 2);
  const auto later = static_cast<Frames>(cluster.Played(TestShow::kFohB).size() / 2);
  EXPECT_NEAR(static_cast<double>(on_time - later), static_cast<double>(kLater), 2 * 96);
}

}  // namespace
}  // namespace continuo::test
