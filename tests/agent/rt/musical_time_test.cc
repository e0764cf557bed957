// SPDX-License-Identifier: Apache-2.0
// What a show lays down along the music needs no message: whoever computes it, and whoever joins, is the oracle.
#include <gtest/gtest.h>

#include "agent/rt/cluster.h"
#include "dsp/kernels/registry.h"

namespace continuo::test {
namespace {

constexpr Frames kMs = kSampleRate / 1000;
constexpr session::Ticks kBeat = session::kTicksPerBeat;
using Points = std::vector<dsp::AutomationPoint>;

/// Sequenced synths, and echoes in notes of the tempo of the place. The marks are passed after 0.857, 1.524 and
/// 1.868 s.
void GiveTempoMap(plan::Plan& plan) {
  plan.tempo_marks.push_back({2 * kBeat, 90'000});
  plan.tempo_marks.push_back({3 * kBeat, 181'250});
  plan.tempo_marks.push_back({4 * kBeat + kBeat / 27, 66'600});
  dsp::TaskDescription& delay = plan.tasks[TestShow::kWarm - 1].description;
  const dsp::KernelDescription& kernel = *dsp::FindKernel("delay");
  const auto set = [&](const char* param, float value) {
    delay.params.push_back({static_cast<std::uint16_t>(dsp::FindParam(kernel, param)), value});
  };
  set("left.sync", 6);
  set("right.sync", 5);
  set("feedback", 0.5f);
  set("mix", 0.6f);
}

TestShow::Options WithTempoMap() {
  TestShow::Options options;
  options.length = 5 * kSampleRate / 2;
  options.warm = "delay";
  options.shape = GiveTempoMap;
  return options;
}

void ExpectUntouched(Cluster& cluster) {
  EXPECT_EQ(cluster.Altered(TestShow::kFohA), 0);
  EXPECT_EQ(cluster.Altered(TestShow::kFohB), 0);
  EXPECT_EQ(cluster.Sum().divergences, 0u);
  EXPECT_EQ(cluster.Sum().tainted_replicas, 0);
  EXPECT_EQ(cluster.Told(plan::IncidentKind::kJoinFailed), 0);
  EXPECT_GT(Peak(cluster.Rendered()), 0.01f) << "a silent show proves nothing";
}

TEST(TempoMapTest, IsHeardFromEveryMarkOn) {
  Cluster cluster(WithTempoMap());
  cluster.RunToEnd();
  ExpectUntouched(cluster);
  TestShow::Options plain = WithTempoMap();
  plain.shape = [](plan::Plan& plan) {
    GiveTempoMap(plan);
    plan.tempo_marks.clear();
  };
  Cluster other(plain);
  const std::vector<float> with = cluster.Rendered(), without = other.Rendered();
  const auto differs = std::mismatch(with.begin(), with.end(), without.begin()).first;
  const double first = static_cast<double>(differs - with.begin()) / 2 / kSampleRate;
  EXPECT_GE(first, 2 * 60.0 / 140) << "nothing changes before the first mark";
  EXPECT_LE(first, 2 * 60.0 / 140 + 0.1);
}

/// A replica of the task comes in, the first leaves, the other is killed: from then on all that is heard of the task is
/// what the newcomer makes of it.
void ExpectMoveIsNotHeard(const TestShow::Options& options, plan::TaskId task) {
  Cluster cluster(options);
  cluster.RunTo(780 * kMs);
  plan::Plan plan = cluster.plan();
  cluster.Join(plan, task, TestShow::kSpare);
  plan.tasks[task - 1].replicas[0].leaving = true;
  cluster.Replan(plan);
  cluster.RunTo(1900 * kMs);
  EXPECT_EQ(cluster.ReplicaOn(TestShow::kSpare, task).state, plan::ReplicaState::kInSync);
  cluster.Kill(plan.tasks[task - 1].replicas[1].node);
  cluster.RunToEnd();
  ExpectUntouched(cluster);
}

class MoveAcrossTest : public testing::TestWithParam<int> {};

/// The newcomer's snapshot is of the old tempo, and the kill comes after the mark.
TEST_P(MoveAcrossTest, ATaskThatJoinsWhileTheTempoChangesIsNotHeard) {
  ExpectMoveIsNotHeard(WithTempoMap(), static_cast<plan::TaskId>(GetParam()));
}
INSTANTIATE_TEST_SUITE_P(Kinds, MoveAcrossTest,
                         testing::Values(dsp::kConductorId, TestShow::kLead, TestShow::kWarm));

TEST(TempoMapTest, ATempoThatAnOperatorAsksForHoldsUntilTheNextMarkOnEveryNode) {
  Cluster cluster(WithTempoMap());
  const std::vector<float> before = cluster.Rendered();
  cluster.RunTo(100 * kMs);
  Event event{.at = TestShow::kStart + 1200 * kMs + 7, .id = 1, .command = Command::kTempo};
  event.value = 133'000;
  cluster.Issue(dsp::kConductorId, event);
  cluster.RunTo(1400 * kMs);
  cluster.Kill(2);  // it carries the conductor
  cluster.RunToEnd();
  EXPECT_EQ(cluster.VerdictOf(1), Verdict::kCommitted);
  ExpectUntouched(cluster);
  EXPECT_NE(before, cluster.Rendered());
}

/// A filter that opens, a level in steps, echoes that come and go: over points, between points, across the tempi.
TestShow::Options WithCurves() {
  TestShow::Options options = WithTempoMap();
  options.shape = [](plan::Plan& plan) {
    GiveTempoMap(plan);
    const auto give = [&](plan::TaskId id, const char* param, Points points) {
      dsp::TaskDescription& task = plan.tasks[id - 1].description;
      const int index = dsp::FindParam(*dsp::FindKernel(task.kind.view()), param);
      for (dsp::AutomationPoint& point : points) {
        point.param = static_cast<std::uint16_t>(index);
        task.automation.push_back(point);
      }
    };
    using dsp::CurveShape;
    give(TestShow::kLead, "cutoff",
         {{0, 0, CurveShape::kAsKnob, 200},
          {3 * kBeat, 0, CurveShape::kExponential, 9000},
          {5 * kBeat, 0, CurveShape::kLinear, 300}});
    give(TestShow::kWarm, "feedback",
         {{kBeat, 0, CurveShape::kAsKnob, 0},
          {2 * kBeat, 0, CurveShape::kStep, 0.8f},
          {4 * kBeat, 0, CurveShape::kAsKnob, 0.1f}});
    give(TestShow::kMaster, "gain",
         {{0, 0, CurveShape::kAsKnob, -30},
          {2 * kBeat + 99, 0, CurveShape::kAsKnob, 0},
          {4 * kBeat, 0, CurveShape::kStep, -6},
          {9 * kBeat, 0, CurveShape::kLinear, 3}});
  };
  return options;
}

TEST(CurveTest, AreHeardAsTheOracleSays) {
  for (const int quantum : {96, 64}) {
    TestShow::Options options = WithCurves();
    options.quantum = quantum;
    options.length = 192 * 500;
    Cluster cluster(options);
    cluster.RunToEnd();
    ExpectUntouched(cluster);
  }
}

class MoveAlongTest : public testing::TestWithParam<int> {};

TEST_P(MoveAlongTest, ATaskThatJoinsAmidACurveIsNotHeard) {
  ExpectMoveIsNotHeard(WithCurves(), static_cast<plan::TaskId>(GetParam()));
}
INSTANTIATE_TEST_SUITE_P(Kinds, MoveAlongTest, testing::Values(TestShow::kLead, TestShow::kMaster));

TEST(CurveTest, WhatAnOperatorSetsHoldsUntilTheNextPointOnEveryNode) {
  Cluster cluster(WithCurves());
  const std::vector<float> before = cluster.Rendered();
  cluster.RunTo(100 * kMs);
  Event event{.at = TestShow::kStart + 1100 * kMs + 7, .id = 1};
  event.target = static_cast<std::uint16_t>(dsp::FindParam(*dsp::FindKernel("mixer"), "gain"));
  event.value = Event::FromFloat(-20);
  cluster.Issue(TestShow::kMaster, event);
  cluster.RunTo(1200 * kMs);
  plan::Plan plan = cluster.plan();
  cluster.Join(plan, TestShow::kMaster, TestShow::kSpare);  // whose snapshot knows that it is held
  plan.tasks[TestShow::kMaster - 1].replicas[0].leaving = true;
  cluster.Replan(plan);
  cluster.RunToEnd();
  EXPECT_EQ(cluster.VerdictOf(1), Verdict::kCommitted);
  ExpectUntouched(cluster);
  // -20 dB from then on, until the step of the fourth beat takes over, which it finds at -6 dB.
  const std::vector<float> after = cluster.Rendered();
  const auto peak = [](const std::vector<float>& all, Frames from, Frames to) {
    return Peak({all.begin() + 2 * from * kMs, all.begin() + 2 * to * kMs});
  };
  EXPECT_LT(peak(after, 1120, 1860), 0.2f * peak(before, 1120, 1860));
  EXPECT_NEAR(peak(after, 1900, 2500) / peak(before, 1900, 2500), 1.0f, 1e-3f);
}

}  // namespace
}  // namespace continuo::test
