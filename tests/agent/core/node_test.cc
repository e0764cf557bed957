// SPDX-License-Identifier: Apache-2.0
#include "agent/core/node.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace continuo::agent::core {
namespace {

plan::PlanSent PlanOf(std::uint64_t term, std::uint32_t version, MediaTime start_n = 0) {
  plan::PlanSent sent;
  sent.plan.term = term;
  sent.plan.version = version;
  sent.plan.start_n = start_n;
  return sent;
}

template <typename T>
const T* Only(const std::vector<Effect>& effects) {
  return effects.size() == 1 ? std::get_if<T>(&effects.front()) : nullptr;
}

const plan::PlanPrepared* Prepared(const std::vector<Effect>& effects) {
  const Tell* const tell = Only<Tell>(effects);
  return tell == nullptr ? nullptr : std::get_if<plan::PlanPrepared>(&tell->message);
}

class NodeTest : public testing::Test {
 protected:
  std::vector<Effect> Send(plan::ToAgent message) { return node_.Step(std::move(message)); }
  void PlayPlan(std::uint64_t term, std::uint32_t version, MediaTime start_n) {
    Send(PlanOf(term, version, start_n));
    EXPECT_NE(Only<Arm>(node_.Step(PlayBuilt{term, version, {}})), nullptr);
  }
  Node node_;
};

TEST_F(NodeTest, UndatedPlanIsPreparedAndReported) {
  EXPECT_NE(Only<Prepare>(Send(PlanOf(1, 1))), nullptr);
  const auto told = node_.Step(PreparationEnded{1, 1, {}});
  ASSERT_NE(Prepared(told), nullptr);
  EXPECT_EQ(Prepared(told)->error, "");
  EXPECT_EQ(node_.held_version(), 0u) << "prepared is not playing";
}

TEST_F(NodeTest, FailureToPrepareIsReportedWithItsReason) {
  Send(PlanOf(1, 1));
  const auto told = node_.Step(PreparationEnded{1, 1, "asset is nowhere"});
  ASSERT_NE(Prepared(told), nullptr);
  EXPECT_EQ(Prepared(told)->error, "asset is nowhere");
}

TEST_F(NodeTest, PlanSentAgainWhileItIsPreparedIsNotPreparedTwice) {
  Send(PlanOf(1, 1));
  EXPECT_TRUE(Send(PlanOf(1, 1)).empty());
}

TEST_F(NodeTest, LostReportIsRepeatedWhenThePlanComesAgain) {
  Send(PlanOf(1, 1));
  node_.Step(PreparationEnded{1, 1, {}});
  const auto told = Send(PlanOf(1, 1));
  ASSERT_NE(Prepared(told), nullptr);
}

TEST_F(NodeTest, ReportOfAnOvertakenPlanIsDropped) {
  Send(PlanOf(1, 1));
  Send(PlanOf(1, 2));
  EXPECT_TRUE(node_.Step(PreparationEnded{1, 1, {}}).empty());
}

TEST_F(NodeTest, DatedPlanIsPlayedAndHeld) {
  EXPECT_NE(Only<Play>(Send(PlanOf(3, 7, 9600))), nullptr);
  EXPECT_EQ(node_.held_version(), 0u) << "not with the audio thread yet";
  EXPECT_NE(Only<Arm>(node_.Step(PlayBuilt{3, 7, {}})), nullptr);
  EXPECT_EQ(node_.held_term(), 3u);
  EXPECT_EQ(node_.held_version(), 7u);
}

TEST_F(NodeTest, DatedPlanThatCannotBePlayedIsReported) {
  Send(PlanOf(3, 7, 9600));
  const auto told = node_.Step(PlayBuilt{3, 7, "no memory"});
  ASSERT_NE(Prepared(told), nullptr);
  EXPECT_EQ(Prepared(told)->error, "no memory");
  EXPECT_EQ(node_.held_version(), 0u);
}

TEST_F(NodeTest, DatedPlanSentAgainDoesNotRestartTheShow) {
  PlayPlan(1, 1, 9600);
  EXPECT_TRUE(Send(PlanOf(1, 1, 9600)).empty());
}

TEST_F(NodeTest, CoordinatorThatCameBackWithANewTermDoesNotRestartTheShow) {
  PlayPlan(1, 1, 9600);
  EXPECT_TRUE(Send(plan::Welcome{2, 5}).empty());
  EXPECT_TRUE(Send(PlanOf(2, 1, 9600)).empty());
  EXPECT_EQ(node_.held_term(), 2u);
}

TEST_F(NodeTest, WordsOfAnOlderCoordinatorChangeNothing) {
  PlayPlan(5, 1, 9600);
  EXPECT_NE(Only<Note>(Send(PlanOf(4, 9, 19200))), nullptr);
  EXPECT_NE(Only<Note>(Send(plan::ShowStopped{4})), nullptr);
  EXPECT_NE(Only<Note>(Send(plan::EventSubmitted{4, 2, {}})), nullptr);
  EXPECT_EQ(node_.held_version(), 1u);
}

TEST_F(NodeTest, OlderVersionOfTheSameTermIsRefused) {
  PlayPlan(1, 4, 9600);
  EXPECT_NE(Only<Note>(Send(PlanOf(1, 3, 19200))), nullptr);
  EXPECT_EQ(node_.held_version(), 4u);
}

TEST_F(NodeTest, EventGoesToTheReplicaOfItsTask) {
  Send(plan::Welcome{1, 3});
  const auto effects = Send(plan::EventSubmitted{1, 6, {.at = 96, .id = 12}});
  ASSERT_NE(Only<Submit>(effects), nullptr);
  EXPECT_EQ(Only<Submit>(effects)->task, 6u);
  EXPECT_EQ(Only<Submit>(effects)->event.id, 12u);
  EXPECT_EQ(node_.self(), 3u);
}

TEST_F(NodeTest, StoppedShowIsForgotten) {
  PlayPlan(1, 1, 9600);
  EXPECT_NE(Only<Stop>(Send(plan::ShowStopped{1})), nullptr);
  EXPECT_EQ(node_.held_version(), 0u);
}

TEST_F(NodeTest, PlanThatWasBuiltWhenTheShowHadBeenStoppedIsNotPlayed) {
  Send(PlanOf(1, 1, 9600));
  Send(plan::ShowStopped{1});
  EXPECT_TRUE(node_.Step(PlayBuilt{1, 1, {}}).empty());
  EXPECT_EQ(node_.held_version(), 0u);
}

class SuccessionTest : public NodeTest {
 protected:
  SuccessionTest() { Begin(4); }
  static plan::PlanSent Of(std::uint32_t version, std::uint64_t term = 1) {
    plan::PlanSent sent = PlanOf(term, version, 9600);
    sent.plan.run = 4;
    sent.peers = {{3, "a:" + std::to_string(version)}};
    return sent;
  }
  const Play* Begin(std::uint32_t version) {
    effects_ = Send(Of(version));
    const Play* const play = Only<Play>(effects_);
    if (play != nullptr) node_.Step(PlayBuilt{1, version, {}});
    return play;
  }
  std::vector<Effect> effects_;
};

TEST_F(SuccessionTest, NewerPlanOfThePerformanceSucceedsTheHeldOne) {
  const Play* const play = Begin(5);
  ASSERT_NE(play, nullptr);
  EXPECT_TRUE(play->succeeds);
  EXPECT_EQ(node_.held_version(), 5u);
  ASSERT_EQ(node_.peers().size(), 1u);
  EXPECT_EQ(node_.peers()[0].address, "a:5");
}

TEST_F(SuccessionTest, FirstPlanThatANodeHearsOfAPerformanceSucceedsNothing) {
  Send(plan::ShowStopped{1});
  const Play* const play = Begin(7);
  ASSERT_NE(play, nullptr);
  EXPECT_FALSE(play->succeeds);
}

TEST_F(SuccessionTest, AnotherPerformanceSucceedsNothing) {
  plan::PlanSent other = Of(5);
  other.plan.run = 5;
  other.plan.start_n = 19200;
  const auto effects = Send(other);
  ASSERT_NE(Only<Play>(effects), nullptr);
  EXPECT_FALSE(Only<Play>(effects)->succeeds);
}

TEST_F(SuccessionTest, OlderVersionIsRefusedEvenFromANewerCoordinator) {
  Begin(6);
  EXPECT_NE(Only<Note>(Send(Of(5, 2))), nullptr);
  EXPECT_EQ(node_.held_version(), 6u);
}

TEST_F(SuccessionTest, OlderVersionOfAFencedCoordinatorIsRefused) {
  Send(plan::Welcome{2, 3});
  EXPECT_NE(Only<Note>(Send(Of(9, 1))), nullptr);
}

TEST_F(SuccessionTest, TwoPlansOfOneVersionAreOneTooMany) {
  plan::PlanSent other = Of(4, 2);
  other.plan.show = "not what was sent before";
  EXPECT_NE(Only<Note>(Send(other)), nullptr);
}

TEST_F(SuccessionTest, OnePlanIsBuiltAtATimeAndThenTheNewest) {
  EXPECT_NE(Only<Play>(Send(Of(5))), nullptr);
  EXPECT_TRUE(Send(Of(6)).empty());
  EXPECT_TRUE(Send(Of(7)).empty());
  const auto effects = node_.Step(PlayBuilt{1, 5, {}});
  ASSERT_EQ(effects.size(), 2u);
  EXPECT_TRUE(std::holds_alternative<Arm>(effects[0])) << "else 7 would have nothing to succeed";
  ASSERT_TRUE(std::holds_alternative<Play>(effects[1]));
  EXPECT_EQ(std::get<Play>(effects[1]).plan.version, 7u);
  EXPECT_TRUE(std::get<Play>(effects[1]).succeeds);
  EXPECT_EQ(node_.held_version(), 5u);
}

TEST_F(SuccessionTest, PlanThatCannotBeBuiltLeavesTheHeldOneAndIsReported) {
  Send(Of(5));
  Send(Of(6));
  const auto effects = node_.Step(PlayBuilt{1, 5, "no memory"});
  ASSERT_EQ(effects.size(), 2u);
  EXPECT_TRUE(std::holds_alternative<Tell>(effects[0]));
  ASSERT_TRUE(std::holds_alternative<Play>(effects[1]));
  EXPECT_EQ(node_.held_version(), 4u);
}

TEST_F(SuccessionTest, ShowThatIsOvertakenByAnotherIsNotPlayedForAMoment) {
  Send(Of(5));
  plan::PlanSent other = Of(6);
  other.plan.run = 6;
  Send(other);
  const auto effects = node_.Step(PlayBuilt{1, 5, {}});
  ASSERT_NE(Only<Play>(effects), nullptr);
  EXPECT_EQ(Only<Play>(effects)->plan.run, 6u);
}

TEST_F(SuccessionTest, PlanOfANewTermThatCameWhileItWasBuiltIsNotBuiltTwice) {
  Send(Of(5));
  Send(Of(5, 2));
  EXPECT_NE(Only<Arm>(node_.Step(PlayBuilt{1, 5, {}})), nullptr);
  EXPECT_EQ(node_.held_term(), 2u);
}

}  // namespace
}  // namespace continuo::agent::core
