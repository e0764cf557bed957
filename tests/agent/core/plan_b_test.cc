// SPDX-License-Identifier: Apache-2.0
#include "agent/core/plan_b.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/core/joins.h"

namespace continuo::agent::core {
namespace {

using plan::Origin;
using plan::ReplicaState;
using plan::Role;

constexpr Nanoseconds kMs = 1'000'000;
constexpr dsp::TaskId kTask = 5;

/// Computed on node 1; node 2 is the successor, node 3 the vice.
plan::Plan OneReplicaTwoWitnesses() {
  plan::Plan plan;
  plan.term = 1;
  plan.version = 1;
  plan::Task& task = plan.tasks.emplace_back();
  task.description.id = kTask;
  task.description.name = "solo";
  task.replicas = {{1, 10, Origin::kFounder, Role::kCompute},
                   {2, 11, Origin::kFounder, Role::kWitness},
                   {3, 12, Origin::kFounder, Role::kWitness}};
  return plan;
}

/// One node with its witness, and what its audio thread says and does.
class Node {
 public:
  Node(plan::NodeId id, Incarnation incarnation, const plan::Plan& plan)
      : id_(id), key_{kTask, incarnation} {
    Follow(plan);
    See(0);
    for (const JoinEffect& effect : Keep(0)) Note(effect);
  }
  void Follow(const plan::Plan& plan) {
    joins_.Follow(plan, id_, {{1, "a:1"}, {2, "b:1"}, {3, "c:1"}});
  }
  /// The audio thread finds nobody that computes.
  void Silence(Nanoseconds now) { Note(joins_.On(ResumeWanted{key_}, now)); }
  void See(Nanoseconds now) {
    const ReplicaSeen seen{key_, ReplicaState::kWitness};
    Note(joins_.See({&seen, 1}, now));
  }
  /// The audio thread takes the checkpoint up, or somebody computes by now.
  void Answer(bool taken, Nanoseconds now) { Note(joins_.On(StateLearned{key_, taken}, now)); }
  int resumes() const { return resumes_; }

 private:
  std::vector<JoinEffect> Keep(Nanoseconds now) {
    Note(joins_.On(StateFetched{fetch_, "", false, 70, 10}, now));
    return joins_.On(StateLearned{key_, true, true}, now);
  }
  void Note(const std::vector<JoinEffect>& effects) {
    for (const JoinEffect& effect : effects) Note(effect);
  }
  void Note(const JoinEffect& effect) {
    if (const auto* fetch = std::get_if<FetchState>(&effect)) fetch_ = fetch->fetch;
    if (std::holds_alternative<ResumeTask>(effect)) ++resumes_;
  }

  const plan::NodeId id_;
  const ReplicaKey key_;
  Joins joins_;
  std::uint32_t fetch_ = 0;
  int resumes_ = 0;
};

TEST(PlanB, EachWitnessHasATurnOfItsOwn) {
  const plan::Plan plan = OneReplicaTwoWitnesses();
  EXPECT_EQ(TurnOf(plan.tasks[0], 11), 0);
  EXPECT_EQ(TurnOf(plan.tasks[0], 12), 1);
  EXPECT_EQ(TurnOf(plan.tasks[0], 10), std::nullopt) << "it computes";
  EXPECT_EQ(TurnOf(plan.tasks[0], 99), std::nullopt);
}

TEST(PlanB, TheSuccessorTakesUpAtOnce) {
  Node successor(2, 11, OneReplicaTwoWitnesses());
  successor.Silence(300 * kMs);
  EXPECT_EQ(successor.resumes(), 1);
}

TEST(PlanB, TheViceWaitsForTheSuccessor) {
  Node vice(3, 12, OneReplicaTwoWitnesses());
  vice.Silence(300 * kMs);
  vice.See(499 * kMs);
  EXPECT_EQ(vice.resumes(), 0);
}

TEST(PlanB, TheViceTakesUpWhenTheSuccessorIsDeadToo) {
  Node vice(3, 12, OneReplicaTwoWitnesses());
  vice.Silence(300 * kMs);
  vice.See(500 * kMs);
  EXPECT_EQ(vice.resumes(), 1);
  vice.See(510 * kMs);
  EXPECT_EQ(vice.resumes(), 1) << "once";
}

TEST(PlanB, TheViceStaysAWitnessWhereTheSuccessorWasFaster) {
  Node vice(3, 12, OneReplicaTwoWitnesses());
  vice.Silence(300 * kMs);
  vice.See(500 * kMs);
  vice.Answer(false, 501 * kMs);  // its audio thread hears the successor by now
  vice.See(2'000 * kMs);
  EXPECT_EQ(vice.resumes(), 1) << "the old silence counts no longer";
  vice.Silence(5'000 * kMs);  // and the successor dies, too
  vice.See(5'199 * kMs);
  EXPECT_EQ(vice.resumes(), 1);
  vice.See(5'200 * kMs);
  EXPECT_EQ(vice.resumes(), 2);
}

TEST(PlanB, TheViceHasItsNextCheckpointFromTheSuccessor) {
  const plan::Plan plan = OneReplicaTwoWitnesses();
  const std::vector<plan::Peer> peers = {{1, "a:1"}, {2, "b:1"}, {3, "c:1"}};
  const auto nodes = [&](plan::NodeId self, bool witness) {
    std::vector<plan::NodeId> asked;
    for (const Donor& donor : DonorsOf(plan, kTask, self, peers, witness)) {
      asked.push_back(donor.node);
    }
    return asked;
  };
  EXPECT_THAT(nodes(3, true), testing::ElementsAre(1, 2)) << "nobody may be there to promote it";
  EXPECT_THAT(nodes(4, false), testing::ElementsAre(1)) << "a joiner";
}

TEST(PlanB, TheViceOfAPlanIsTheSuccessorOfTheNext) {
  plan::Plan plan = OneReplicaTwoWitnesses();
  Node node(3, 12, plan);
  plan.version = 2;
  plan.tasks[0].replicas.erase(plan.tasks[0].replicas.begin());
  plan.tasks[0].replicas[0].role = Role::kCompute;  // the successor has taken it up
  node.Follow(plan);
  node.Silence(300 * kMs);
  EXPECT_EQ(node.resumes(), 1);
}

}  // namespace
}  // namespace continuo::agent::core
