// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/adoption.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "coordinator/core/replica_health.h"
#include "coordinator/core/stage.h"
#include "proto/plan/part.h"

namespace continuo::coordinator {
namespace {

using testing::HasSubstr;
using testing::Not;

/// What was played until the journal was lost, and a coordinator that begins anew.
class AdoptionTest : public testing::Test {
 protected:
  AdoptionTest() {
    PlaySmallShow(before_);
    EXPECT_EQ(before_.ledger().show.state, ShowState::kDated);
    after_.Take(BeginningOfTerm());
  }

  const plan::Plan& played() const { return before_.ledger().plan; }
  std::string Held() const {
    return "held=" + std::to_string(played().term) + "." + std::to_string(played().version);
  }
  std::string Attach(const std::string& name) {
    const bool records = name.starts_with("rack");
    return after_.Attach(name, {records ? "output" : "compute", Held()});
  }
  std::string Answer(const std::string& name, const plan::Plan& plan) {
    return after_.Take(AgentSpoke{after_.ConnectionOf(name), plan::PlanHeld{7, plan}});
  }
  void ExpectReplayed() { EXPECT_TRUE(after_.Replayed() == after_.ledger()); }

  Stage before_, after_;
};

TEST_F(AdoptionTest, WhatAgentsPlayIsTakenOver) {
  EXPECT_THAT(after_.Attach("spare", {"compute"}), HasSubstr("node 1"));
  EXPECT_THAT(Attach("pi-2"), HasSubstr("Welcome term 1, node 0"));
  const std::string told = Answer("pi-2", played());
  EXPECT_THAT(told, HasSubstr("is taken over"));
  EXPECT_TRUE(after_.ledger().plan == played());
  EXPECT_EQ(after_.ledger().media, played().media);
  EXPECT_GT(after_.ledger().term, 7u) << "no term that an agent has heard of";
  EXPECT_GT(after_.ledger().last_incarnation, before_.ledger().last_incarnation);
  for (const plan::Node& node : played().nodes) {
    EXPECT_EQ(FindNode(after_.ledger(), node.name)->id, node.id);
    const std::string text = Attach(node.name);
    EXPECT_THAT(text, HasSubstr("node " + std::to_string(node.id)));
    EXPECT_THAT(text, Not(HasSubstr("Stop")));
  }
  EXPECT_THAT(after_.Attach("spare", {"compute"}), Not(HasSubstr("node 1")));
  ExpectReplayed();
  after_.Pass(4'000'000'000);
  EXPECT_EQ(after_.ledger().plan.version, played().version) << "nothing had to be done";
  // The next plan is one that no lost row can have said.
  const std::string moved = after_.Take(ReplicasRequested{2, "voice", 3});
  EXPECT_GT(after_.ledger().plan.version, 7 * kVersionsPerTerm) << moved;
  EXPECT_EQ(after_.ledger().plan.run, played().run) << moved;
  ExpectReplayed();
}

TEST_F(AdoptionTest, ANumberOfWhichNothingIsKnownIsNobody) {
  plan::Plan others = played();  // as if the first to attach had been a node that plays nothing now
  for (plan::Node& node : others.nodes) ++node.id;
  for (plan::Output& output : others.outputs) ++output.node;
  for (plan::Task& task : others.tasks) {
    for (plan::Replica& replica : task.replicas) ++replica.node;
  }
  Attach("pi-1");
  EXPECT_THAT(Answer("pi-1", others), HasSubstr("is taken over"));
  for (const plan::Node& node : played().nodes) Attach(node.name);
  EXPECT_THAT(after_.Attach("spare", {"compute"}),
              HasSubstr("node " + std::to_string(played().nodes.size() + 2)))
      << "nobody is taken for him who had number 1";
  for (const NodeView& node : after_.Look().nodes) EXPECT_TRUE(node.attached) << node.name;
  ExpectReplayed();
}

TEST_F(AdoptionTest, WhoCameBeforeAndPlaysIsGivenThePlanAsItComesAnew) {
  after_.Attach("pi-1", {"compute"});  // started again: it holds nothing
  Attach("pi-2");
  const std::string told = Answer("pi-2", played());
  EXPECT_THAT(told, HasSubstr("is taken over"));
  EXPECT_EQ(FindNode(after_.ledger(), "pi-1")->connection, 0u);
  EXPECT_THAT(after_.Attach("pi-1", {"compute"}), HasSubstr("Plan"));
  ExpectReplayed();
}

TEST_F(AdoptionTest, ALaterAnswerOfTheSamePerformanceIsFollowed) {
  Attach("pi-1");
  Answer("pi-1", played());
  plan::Plan next = played();
  next.version += 1;
  after_.Attach("pi-2", {"compute", "held=1." + std::to_string(next.version)});
  EXPECT_THAT(Answer("pi-2", next), HasSubstr("is taken over"));
  EXPECT_TRUE(after_.ledger().plan == next);
  EXPECT_THAT(Answer("pi-2", played()), Not(HasSubstr("taken over"))) << "that is known";
  ExpectReplayed();
}

TEST_F(AdoptionTest, WhoIsNotAskedToLeaveByWhatIsPlayedIsNotExpectedTo) {
  plan::Plan leaving = played();
  plan::Replica& replica = leaving.tasks.back().replicas.front();
  const Incarnation incarnation = replica.incarnation;
  replica.leaving = true;
  Attach("pi-1");
  Answer("pi-1", leaving);
  const auto record = [this, incarnation] { return RecordOf(after_.ledger(), incarnation); };
  ASSERT_NE(record(), nullptr);
  EXPECT_GT(record()->leaving_n, 0);
  plan::Plan stays = played();
  stays.version += 1;
  after_.Attach("pi-2", {"compute", "held=1." + std::to_string(stays.version)});
  EXPECT_THAT(Answer("pi-2", stays), HasSubstr("is taken over"));
  ASSERT_NE(record(), nullptr);
  EXPECT_EQ(record()->leaving_n, 0) << "it would be dropped for not having left";
  ExpectReplayed();
}

TEST_F(AdoptionTest, WhatCannotGoOnIsStopped) {
  for (const int wrong : {0, 1, 2}) {
    plan::Plan plan = played();
    if (wrong == 0) plan.media.clock_id += 1;
    if (wrong == 1) plan.start_n = 0;
    if (wrong == 2) plan.nodes.clear();
    Attach("pi-1");
    const std::string told = Answer("pi-1", plan);
    EXPECT_THAT(told, HasSubstr("is stopped: its plan")) << wrong;
    EXPECT_EQ(after_.ledger().show.state, ShowState::kNone);
  }
  plan::Plan none;
  EXPECT_THAT(Answer("pi-1", none), Not(HasSubstr("taken over")));
  ExpectReplayed();
}

TEST_F(AdoptionTest, APlanThatWasLostIsGoneOnFromThoughThereWasALaterOne) {
  Attach("pi-1");
  Answer("pi-1", played());
  for (const plan::Node& node : played().nodes) Attach(node.name);
  after_.Pass(4'000'000'000);
  plan::Plan lost = played();
  lost.version += 1;
  const std::string told = after_.Take(ReplicasRequested{2, "voice", 3});
  ASSERT_GT(after_.ledger().plan.version, lost.version) << told;
  after_.Leave("pi-2");
  const std::string holds = "held=1." + std::to_string(lost.version);
  EXPECT_THAT(after_.Attach("pi-2", {"compute", holds}), HasSubstr("node 0")) << "it is asked";
  EXPECT_THAT(Answer("pi-2", lost), HasSubstr("is followed by plan"));
  const std::string text = after_.Attach("pi-2", {"compute", holds});
  EXPECT_THAT(text, HasSubstr("." + std::to_string(after_.ledger().plan.version) + " from"));
  EXPECT_THAT(text, Not(HasSubstr("Stop")));
  EXPECT_THAT(text, Not(HasSubstr("was started again"))) << "its replicas live";
  ExpectReplayed();
  // Of another performance it is stopped, and not asked for ever.
  lost.version += 1;
  lost.run += 1;
  after_.Leave("pi-2");
  after_.Attach("pi-2", {"compute", "held=1." + std::to_string(lost.version)});
  EXPECT_THAT(Answer("pi-2", lost), HasSubstr("is stopped: another show is on"));
}

TEST_F(AdoptionTest, NoTermGivesOutAnIncarnationThatLostRowsMayHaveGivenOut) {
  const Incarnation last = before_.ledger().last_incarnation;
  before_.Take(BeginningOfTerm());
  EXPECT_EQ(before_.ledger().last_incarnation, last + kIncarnationsSkipped);
}

TEST(Incarnations, OfATaskAreToldApartByWhatPacketsCarry) {
  Ledger ledger;
  ledger.last_incarnation = 0x2fffe;
  plan::Task task;
  task.replicas.push_back({1, 0x0ffff});
  task.replicas.push_back({2, 0x10000});
  EXPECT_EQ(NextIncarnation(ledger, task), 0x30001u);
  EXPECT_EQ(ledger.last_incarnation, 0x30001u);
}

TEST_F(AdoptionTest, WhoHasHeardALaterTermIsSpokenToByOneLaterStill) {
  EXPECT_THAT(after_.Attach("spare", {"compute"}), HasSubstr("Welcome term 1, node 1"));
  const std::string told = after_.Attach("pi-1", {"compute", "heard=7"});
  EXPECT_THAT(told, HasSubstr("close")) << "the other would heed nothing any more";
  EXPECT_THAT(told, HasSubstr("Welcome term 57, node 2"));
  EXPECT_THAT(after_.Attach("spare", {"compute", "heard=1"}), HasSubstr("Welcome term 57, node 1"));
  after_.Leave("spare");
  EXPECT_THAT(after_.Attach("spare", {"compute", "heard=57"}), HasSubstr("Welcome term 57"));
  EXPECT_THAT(after_.Attach("pi-2", {"compute", "heard=57"}), HasSubstr("Welcome term 107"))
      << "nobody here has told it of that term";
  EXPECT_GE(after_.ledger().last_version, VersionsBefore(57));
  ExpectReplayed();
}

class LostDateTest : public AdoptionTest, public testing::WithParamInterface<bool> {};

TEST_P(LostDateTest, IsToldByWhoPlays) {
  const bool in_parts = GetParam();  // one is enough
  Stage after;
  after.Take(BeginningOfTerm());
  for (const char* name : {"pi-1", "pi-2", "pi-3"}) after.Attach(name, {"compute"});
  for (const char* name : {"rack-a", "rack-b"}) after.Attach(name, {"output"});
  after.Take(ShowApplied{1, SmallShow(), "show: small", SmallAssets()});
  ASSERT_EQ(after.ledger().show.state, ShowState::kPreparing);
  plan::Plan dated = after.ledger().plan;
  dated.start_n = played().start_n;
  dated.run = dated.version;
  dated.session.n0 = dated.start_n;
  after.Take(BeginningOfTerm());
  ASSERT_EQ(after.ledger().show.state, ShowState::kFailed);
  const std::string holds = "held=1." + std::to_string(dated.version);
  EXPECT_THAT(after.Attach("pi-1", {"compute", holds}), HasSubstr("node 0")) << "it is asked";
  const plan::NodeId node = FindNode(after.ledger(), "pi-1")->id;
  const plan::Plan held = in_parts ? plan::Parts(dated).Of(node) : dated;
  EXPECT_THAT(after.Take(AgentSpoke{after.ConnectionOf("pi-1"), plan::PlanHeld{1, held}}),
              HasSubstr("is taken over"));
  EXPECT_EQ(after.ledger().show.state, ShowState::kDated);
  EXPECT_EQ(after.ledger().plan.start_n, dated.start_n);
  EXPECT_FALSE(after.ledger().show.source.empty()) << "the rest of it is known";
  EXPECT_THAT(after.Attach("pi-1", {"compute", holds}), Not(HasSubstr("Stop")));
  EXPECT_TRUE(after.Replayed() == after.ledger());
}

INSTANTIATE_TEST_SUITE_P(WholeOrInParts, LostDateTest, testing::Bool());

TEST_F(AdoptionTest, PartsArePutTogether) {
  const plan::Parts parts(played());
  std::string told;
  for (const plan::Node& node : played().nodes) {
    if (after_.ledger().show.state != ShowState::kNone) break;
    Attach(node.name);
    told = Answer(node.name, parts.Of(node.id));
    EXPECT_THAT(told, Not(HasSubstr("Stop")));
    ExpectReplayed();
  }
  EXPECT_THAT(told, HasSubstr("is taken over"));
  EXPECT_THAT(told, HasSubstr("close")) << "who waited attaches anew";
  EXPECT_TRUE(after_.ledger().plan == played());
  EXPECT_TRUE(after_.ledger().held_parts == HeldParts{});
  for (const plan::Node& node : played().nodes) {
    EXPECT_THAT(Attach(node.name), Not(HasSubstr("Stop")));
  }
  after_.Pass(4'000'000'000);
  EXPECT_EQ(after_.ledger().plan.version, played().version) << "nothing had to be done";
  ExpectReplayed();
}

TEST_F(AdoptionTest, APartAloneIsAwaitedUntilAnOperatorEndsIt) {
  const plan::NodeId foh = played().outputs[0].node;
  const plan::Plan part = plan::Parts(played()).Of(foh);
  Attach("rack-a");
  EXPECT_THAT(Answer("rack-a", part), HasSubstr("is put together from what agents tell"));
  EXPECT_EQ(after_.ledger().show.state, ShowState::kNone);
  Attach("rack-a");
  EXPECT_EQ(Answer("rack-a", part), "") << "that is known";
  EXPECT_EQ(after_.ledger().held_parts.parts.size(), 1u);
  const std::string stopped = after_.Take(ShowStopRequested{2});
  EXPECT_THAT(stopped, HasSubstr("Stop"));
  EXPECT_THAT(stopped, HasSubstr("of which only agents knew"));
  EXPECT_TRUE(after_.ledger().held_parts == HeldParts{});
  ExpectReplayed();
}

TEST_F(AdoptionTest, AnEarlierPlanHasToDoForWhatNobodyTells) {
  Attach("pi-1");
  Answer("pi-1", played());
  plan::Plan next = played();
  next.version += 1;
  after_.Attach("rack-a", {"output", "held=1." + std::to_string(next.version)});
  const std::string told = Answer("rack-a", plan::Parts(next).Of(next.outputs[0].node));
  EXPECT_THAT(told, HasSubstr("is put together")) << "others may know who computes what by now";
  EXPECT_THAT(after_.Take(DrainRequested{5, "pi-1", true}),
              HasSubstr("try again in a few seconds"));
  EXPECT_EQ(after_.ledger().plan.version, played().version);
  EXPECT_TRUE(after_.ledger().operations.empty()) << "nobody is replaced meanwhile";
  ExpectReplayed();
  EXPECT_THAT(after_.Pass(4'000'000'000), HasSubstr("is taken over"));
  EXPECT_EQ(after_.ledger().plan.version, next.version);
  EXPECT_TRUE(after_.ledger().held_parts == HeldParts{});
  ExpectReplayed();
}

TEST(Versions, OfTermsNeverMeet) {
  EXPECT_EQ(VersionsBefore(1), 0u);
  EXPECT_EQ(VersionsBefore(2), kVersionsPerTerm);
  EXPECT_EQ(VersionsBefore(std::uint64_t{1} << 22), 0xfffffc00u);
  EXPECT_EQ(VersionsBefore((std::uint64_t{1} << 22) + 1), 0u);
}

}  // namespace
}  // namespace continuo::coordinator
