// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "coordinator/core/stage.h"

// The journal's disk is full: what would be forgotten must not happen, or a number is given out twice.

namespace continuo::coordinator {
namespace {

class UnrecordedTest : public testing::Test {
 protected:
  UnrecordedTest() { PlaySmallShow(stage_); }

  bool May(decltype(Input::what) what) {
    return MayGoUnrecorded(stage_.ledger(), {stage_.now(), std::move(what)});
  }
  plan::NodeId Node(const char* name) { return FindNode(stage_.ledger(), name)->id; }
  const plan::Replica& ReplicaOf(const char* task) {
    for (const plan::Task& one : stage_.ledger().plan.tasks) {
      if (one.description.name.view() == task) return one.replicas.front();
    }
    return stage_.ledger().plan.tasks.front().replicas.front();
  }

  Stage stage_;
};

TEST_F(UnrecordedTest, ComingsAndGoingsThatChangeNoPlanMay) {
  EXPECT_TRUE(May(AgentLeft{stage_.ConnectionOf("pi-1")}));
  EXPECT_TRUE(May(NodeDied{Node("rack-a"), 5}));
  EXPECT_TRUE(May(AgentSpoke{99, HelloOf("pi-1", {"compute", "held=1.1"})}));
  EXPECT_TRUE(May(ShowStopRequested{7}));
}

TEST_F(UnrecordedTest, WhatMakesAPlanMustNot) {
  EXPECT_FALSE(May(NodeDied{Node("pi-1"), 5})) << "its replicas would be replaced";
  EXPECT_FALSE(May(NodeDoubted{Node("pi-1"), 5}));
  EXPECT_FALSE(May(AgentSpoke{99, HelloOf("pi-1", {"compute"})})) << "it was started again";
  const plan::Replica& replica = ReplicaOf("voice");
  EXPECT_FALSE(May(ReplicaChanged{3, replica.incarnation, plan::ReplicaState::kEmpty, 5, ""}));
}

TEST_F(UnrecordedTest, WishesMustNot) {
  EXPECT_FALSE(May(MoveRequested{2, "voice", "", "", {}}));
  EXPECT_FALSE(May(DrainRequested{2, "pi-1", true}));
  EXPECT_FALSE(May(RebalanceRequested{2, false}));
  EXPECT_FALSE(May(ReplicasRequested{2, "voice", 3}));
  EXPECT_FALSE(May(OperationCancelled{2, 1}));
}

TEST_F(UnrecordedTest, AWishThatIsKnownIsAnsweredThoughTheDiskIsFull) {
  const DrainRequested drain{2, "pi-1", true, {7, 7}};
  stage_.Take(drain);
  EXPECT_TRUE(May(drain));
  EXPECT_FALSE(May(DrainRequested{2, "pi-1", true, {7, 8}}));
}

/// A death that could not be written down is told again until it can.
TEST_F(UnrecordedTest, WhatWasNotTakenIsRaisedAgain) {
  State state;
  for (const Input& input : stage_.durable()) Step(state, input);
  Nanoseconds now = stage_.now();
  Step(state, {now, AgentLeft{stage_.ConnectionOf("pi-1")}});
  int doubts = 0;
  for (int i = 0; i < 350; ++i) {
    now += 10'000'000;
    if (i % 5 == 0) {
      for (const char* name : {"pi-2", "pi-3", "rack-a", "rack-b"}) {
        Step(state, {now, BeatHeard{name, plan::Network::kRed}});
      }
    }
    for (const Effect& effect : Step(state, {now, TimerTicked{}})) {
      const auto* raise = std::get_if<Raise>(&effect);
      doubts += raise != nullptr && (std::holds_alternative<NodeDoubted>(raise->input.what) ||
                                     std::holds_alternative<NodeDied>(raise->input.what));
    }
  }
  EXPECT_GE(doubts, 2);
  EXPECT_LE(doubts, 8) << "once a second";
}

}  // namespace
}  // namespace continuo::coordinator
