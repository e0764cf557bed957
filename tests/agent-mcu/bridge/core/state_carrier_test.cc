// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/bridge/core/state_carrier.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace continuo::mcu {
namespace {

constexpr plan::NodeId kSelf = 9;

/// A board that joins a task of node 1's, and what its bridge does for it.
class StateCarrierTest : public testing::Test, private Outlet {
 protected:
  StateCarrierTest() {
    plan::Plan plan;
    plan::Task& task = plan.tasks.emplace_back();
    task.description.id = 5;
    task.description.name = "strip";
    task.replicas = {{1, 1}, {kSelf, 2, plan::Origin::kJoiner}};
    carrier_.Follow(plan, kSelf, {{1, "a:1"}, {kSelf, "self:1"}});
  }
  void Turn() {
    const agent::core::ReplicaSeen seen{{5, 2}, plan::ReplicaState::kSubscribed};
    carrier_.Turn({&seen, 1}, now_ += 500'000'000);
  }
  void Fail(const std::string& error) {
    ASSERT_FALSE(fetched_.empty());
    carrier_.Take(StateArrived{.fetch = fetched_.back(), .error = error, .bytes = {}}, now_);
  }

  Nanoseconds now_ = 7'000'000'000;
  std::vector<std::uint32_t> fetched_;
  std::vector<plan::Incident> told_;
  StateCarrier carrier_{*this, 1,
                        [this](plan::Incident incident) { told_.push_back(std::move(incident)); }};

 private:
  void ToBoard(std::span<const std::uint8_t>) override {}
  void ToCoordinator(plan::FromAgent) override {}
  void Fetch(const agent::core::FetchState& what) override { fetched_.push_back(what.fetch); }
  void Abandon(std::uint32_t) override {}
  void Give(StateAnswer) override {}
  void Say(const std::string&) override {}
};

TEST_F(StateCarrierTest, WhatWasRefusedAndThatItIsGivenUpIsToldAtOnce) {
  for (int attempt = 0; attempt < agent::core::kJoinAttempts; ++attempt) {
    Turn();
    Fail("it is damaged");
  }
  ASSERT_EQ(told_.size(), 3u);
  EXPECT_EQ(told_[0].kind, plan::IncidentKind::kStateRefused);
  EXPECT_EQ(told_[0].differing, 1);
  EXPECT_EQ(told_[0].text, "no state of strip from node 1: it is damaged");
  EXPECT_EQ(told_[2].kind, plan::IncidentKind::kJoinFailed);
  EXPECT_EQ(told_[2].task, 5);
  EXPECT_EQ(told_[2].incarnation, 2u);
  EXPECT_EQ(told_[2].text,
            "a replica of strip could not join: no member gave a state that can be used; node 1: "
            "it is damaged");
  Turn();
  EXPECT_EQ(told_.size(), 3u);
}

}  // namespace
}  // namespace continuo::mcu
