// SPDX-License-Identifier: Apache-2.0
// A task moves, and in every step of it something else happens.
#include <gtest/gtest.h>

#include <algorithm>

#include "agent/rt/cluster.h"
#include "dsp/base/hash.h"
#include "dsp/kernels/registry.h"

namespace continuo::test {
namespace {

using plan::IncidentKind;
using plan::ReplicaState;

constexpr Frames kMs = kSampleRate / 1000;
constexpr Frames kMove = 500 * kMs;

void ExpectUntouched(Cluster& cluster) {
  EXPECT_EQ(cluster.Altered(TestShow::kFohA), 0);
  EXPECT_EQ(cluster.Altered(TestShow::kFohB), 0);
  EXPECT_EQ(cluster.Sum().divergences, 0u);
  EXPECT_GT(Peak(cluster.Rendered()), 0.01f) << "a silent show proves nothing";
}

Event Gain(EventId id, Frames at, float value) {
  Event event{.at = TestShow::kStart + at, .id = id};
  event.target = static_cast<std::uint16_t>(dsp::FindParam(*dsp::FindKernel("mixer"), "gain"));
  event.value = Event::FromFloat(value);
  return event;
}

/// The master moves from node 1 to the spare; node 2 keeps the other replica.
class MoveTest : public testing::TestWithParam<int> {
 protected:
  static constexpr plan::NodeId kLeaver = 1, kStayer = 2, kJoiner = TestShow::kSpare;

  MoveTest() : cluster_({.length = 3 * kSampleRate}) {}
  void BeginMove(const std::map<plan::NodeId, Frames>& late = {}) {
    cluster_.RunTo(kMove);
    plan::Plan plan = cluster_.plan();
    cluster_.Join(plan, TestShow::kMaster, kJoiner);
    plan::Task& master = plan.tasks[TestShow::kMaster - 1];
    for (plan::Replica& r : master.replicas) r.leaving = r.node == kLeaver;
    cluster_.Replan(plan, late);
  }
  /// What the coordinator does about a dead node: its replicas are in the plan no more.
  void Bury(plan::NodeId node) {
    plan::Plan plan = cluster_.plan();
    for (plan::Task& task : plan.tasks) {
      std::erase_if(task.replicas, [node](const auto& r) { return r.node == node; });
    }
    cluster_.Replan(plan);
  }
  void KillAfter(Frames after, plan::NodeId victim) {
    cluster_.RunTo(kMove + after);
    cluster_.Kill(victim);
    cluster_.RunTo(kMove + after + 450 * kMs);
    Bury(victim);
  }
  /// Moments in which something happens, from the plan's arrival to long after the move.
  Frames Moment() const { return GetParam() * kMs; }

  Cluster cluster_;
};

TEST_P(MoveTest, DeathOfTheOneThatStays) {
  BeginMove();
  KillAfter(Moment(), kStayer);
  cluster_.RunToEnd();
  ExpectUntouched(cluster_);
}

TEST_P(MoveTest, DeathOfTheOneThatLeaves) {
  BeginMove();
  KillAfter(Moment(), kLeaver);
  cluster_.RunToEnd();
  ExpectUntouched(cluster_);
  EXPECT_EQ(cluster_.ReplicaOn(kJoiner, TestShow::kMaster).state, ReplicaState::kInSync);
}

TEST_P(MoveTest, DeathOfTheOneThatComes) {
  BeginMove();
  cluster_.RunTo(kMove + Moment());
  const bool joined = cluster_.Told(IncidentKind::kJoined) > 0;
  KillAfter(Moment(), kJoiner);
  cluster_.RunToEnd();
  ExpectUntouched(cluster_);
  if (joined) return;
  EXPECT_EQ(cluster_.ReplicaOn(kLeaver, TestShow::kMaster).state, ReplicaState::kInSync);
}

TEST_P(MoveTest, StallOfTheOneThatComes) {
  for (const Frames length : {30, 260, 700}) {
    Cluster cluster({.length = 3 * kSampleRate});
    cluster.RunTo(kMove);
    plan::Plan plan = cluster.plan();
    cluster.Join(plan, TestShow::kMaster, kJoiner);
    plan.tasks[TestShow::kMaster - 1].replicas[0].leaving = true;
    cluster.Replan(plan);
    cluster.RunTo(kMove + Moment());
    cluster.Stall(kJoiner, length * kMs);
    cluster.RunToEnd();
    ExpectUntouched(cluster);
  }
}

TEST_P(MoveTest, ThePlanReachesANodeLate) {
  for (const plan::NodeId late : {kLeaver, kStayer, kJoiner, plan::NodeId{3}}) {
    Cluster cluster({.length = 3 * kSampleRate});
    cluster.RunTo(kMove);
    plan::Plan plan = cluster.plan();
    cluster.Join(plan, TestShow::kMaster, kJoiner);
    plan.tasks[TestShow::kMaster - 1].replicas[0].leaving = true;
    cluster.Replan(plan, {{late, Moment()}});
    cluster.RunToEnd();
    ExpectUntouched(cluster);
    EXPECT_EQ(cluster.ReplicaOn(kJoiner, TestShow::kMaster).state, ReplicaState::kInSync) << late;
  }
}

TEST_P(MoveTest, ThePlanIsTakenBack) {
  const plan::Plan before = cluster_.plan();
  BeginMove();
  cluster_.RunTo(kMove + Moment());
  plan::Plan plan = before;
  // Whoever has left by then is gone for good; the coordinator keeps what is in sync.
  const bool left = cluster_.Told(IncidentKind::kRetired) > 0;
  if (left) plan.tasks[TestShow::kMaster - 1] = cluster_.plan().tasks[TestShow::kMaster - 1];
  cluster_.Replan(plan);
  cluster_.RunToEnd();
  ExpectUntouched(cluster_);
  if (!left && cluster_.Told(IncidentKind::kRetired) == 0) {
    EXPECT_EQ(cluster_.ReplicaOn(kLeaver, TestShow::kMaster).state, ReplicaState::kInSync);
  }
}

TEST_P(MoveTest, EventsOnTheWayAreAllOrNothing) {
  cluster_.Impair({.loss = 0.01, .duplication = 0.01, .delay_min = 5, .delay_max = 400});
  EventId id = 0;
  for (Frames at = 100; at < 2500; at += 40) {
    if (at == 500) BeginMove();
    cluster_.RunTo(at * kMs);
    ++id;
    const Frames date = (at + 330) * kMs + static_cast<Frames>(Mix64(id) % 9600);
    const plan::NodeId to[] = {kLeaver, kStayer, kJoiner};
    cluster_.IssueTo(to[id % 3], TestShow::kMaster, Gain(id, date, -static_cast<float>(id % 12)));
    if (at == 500 + GetParam() / 40 * 40) cluster_.Kill(id % 2 == 0 ? kStayer : kLeaver);
  }
  cluster_.RunToEnd();
  ExpectUntouched(cluster_);
}

class LatePlanTest : public MoveTest {};

TEST_P(LatePlanTest, WhoeverIsDroppedLearnsOfItLastAndShutsNobodyOut) {
  cluster_.RunTo(kMove);
  const plan::Plan before = cluster_.plan();
  plan::Plan plan = before;
  cluster_.Join(plan, TestShow::kMaster, kJoiner);
  cluster_.Replan(plan);
  cluster_.RunTo(kMove + 400 * kMs);
  ASSERT_EQ(cluster_.Told(IncidentKind::kJoined), 1);
  cluster_.Replan(before, {{kJoiner, Moment()}});
  cluster_.RunToEnd();
  ExpectUntouched(cluster_);
  for (const plan::NodeId node : {kLeaver, kStayer}) {
    EXPECT_EQ(cluster_.ReplicaOn(node, TestShow::kMaster).state, ReplicaState::kInSync) << node;
  }
}

TEST_P(LatePlanTest, WhoeverHearsOfANewcomerLastIsNotShutOut) {
  cluster_.Impair({.delay_min = 150, .delay_max = 250});  // of which nobody answers at once
  cluster_.courier().SetPace(std::min(Moment(), 1000 * kMs));
  cluster_.RunTo(kMove);
  plan::Plan plan = cluster_.plan();
  cluster_.Join(plan, TestShow::kMaster, kJoiner);
  cluster_.Replan(plan, {{kStayer, Moment()}});
  cluster_.RunToEnd();
  ExpectUntouched(cluster_);
  for (const plan::NodeId node : {kLeaver, kStayer, kJoiner}) {
    EXPECT_EQ(cluster_.ReplicaOn(node, TestShow::kMaster).state, ReplicaState::kInSync) << node;
  }
}

// The last one is longer than anybody is waited for.
INSTANTIATE_TEST_SUITE_P(Delays, LatePlanTest, testing::Values(100, 700, 1500));
#ifdef CONTINUO_LONG
INSTANTIATE_TEST_SUITE_P(Moments, MoveTest,
                         testing::Values(0, 15, 35, 55, 75, 100, 150, 250, 400, 700));
#else
INSTANTIATE_TEST_SUITE_P(Moments, MoveTest, testing::Values(15, 55, 100, 400));
#endif

}  // namespace
}  // namespace continuo::test
