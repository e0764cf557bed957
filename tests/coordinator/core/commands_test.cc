// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/commands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "coordinator/core/stage.h"

// Whoever got no answer asks again under the same key; nothing is done twice, and the answer is the same.

namespace continuo::coordinator {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

constexpr CommandKey kKey{1, 2};
constexpr CommandKey kOther{1, 3};

/// The small show plays on five nodes.
class CommandsTest : public testing::Test {
 protected:
  CommandsTest() { PlaySmallShow(stage_); }

  static EventRequested Gain(RequestId request, CommandKey key) {
    EventRequested wish;
    wish.request = request;
    wish.task = "desk";
    wish.param = "gain";
    wish.value = Event::FromFloat(-6.0f);
    wish.key = key;
    return wish;
  }
  static EventRequested GainAtBar(std::int64_t bar, RequestId request, CommandKey key) {
    EventRequested wish = Gain(request, key);
    wish.at = session::BarBeat{bar, 1, 0};
    return wish;
  }

  std::string Commit(EventId id) {
    return stage_.Take(
        AgentSpoke{stage_.ConnectionOf("pi-2"), plan::VerdictReached{0, id, Verdict::kCommitted}});
  }
  EventId LastEvent() const { return stage_.ledger().events.back().event.id; }

  void Restart() {
    stage_.Take(BeginningOfTerm());
    for (const char* name : {"pi-1", "pi-2", "pi-3"}) stage_.Attach(name, {"compute", "held=1.1"});
    for (const char* name : {"rack-a", "rack-b"}) stage_.Attach(name, {"output", "held=1.1"});
  }

  Stage stage_;
};

/// What follows "answer N ", of the one answer there is.
std::string AnswerIn(const std::string& text, RequestId request) {
  const std::string head = "answer " + std::to_string(request) + " ";
  const std::size_t at = text.find(head);
  if (at == std::string::npos) return "";
  const std::size_t from = at + head.size();
  EXPECT_EQ(text.find("answer", from), std::string::npos) << "answered twice";
  return text.substr(from, text.find('\n', from) - from);
}

TEST_F(CommandsTest, WhatIsAskedAgainIsDoneOnceAndAnsweredTheSame) {
  const std::string first = AnswerIn(stage_.Take(MoveRequested{7, "voice", "", "", {}, kKey}), 7);
  ASSERT_THAT(first, StartsWith("ok: operation 1"));
  const std::string again = stage_.Take(MoveRequested{8, "voice", "", "", {}, kKey});
  EXPECT_EQ(AnswerIn(again, 8), first);
  EXPECT_THAT(again, Not(HasSubstr("->"))) << "and nobody hears of it";
  EXPECT_EQ(stage_.ledger().last_operation, 1u);
  EXPECT_TRUE(stage_.Replayed() == stage_.ledger());
}

TEST_F(CommandsTest, ARefusalIsARefusalHoweverOftenItIsAsked) {
  const std::string first = AnswerIn(stage_.Take(DrainRequested{7, "pi-9", true, kKey}), 7);
  ASSERT_THAT(first, StartsWith("not found"));
  stage_.Attach("pi-9", {"compute"});
  EXPECT_EQ(AnswerIn(stage_.Take(DrainRequested{8, "pi-9", true, kKey}), 8), first);
  EXPECT_THAT(AnswerIn(stage_.Take(DrainRequested{9, "pi-9", true, kOther}), 9), StartsWith("ok"));
}

TEST_F(CommandsTest, WithoutAKeyEachIsACommandOfItsOwn) {
  stage_.Take(Gain(7, {}));
  stage_.Take(Gain(8, {}));
  EXPECT_EQ(stage_.ledger().events.size(), 2u);
}

TEST_F(CommandsTest, WhoeverAsksWhileItIsOpenWaitsForTheSameVerdict) {
  stage_.Take(Gain(7, kKey));
  EXPECT_THAT(stage_.Take(Gain(8, kKey)), IsEmpty());
  EXPECT_EQ(stage_.ledger().events.size(), 1u);
  const std::string verdict = Commit(LastEvent());
  EXPECT_THAT(verdict, HasSubstr("answer 7 ok: desk gain = -6"));
  EXPECT_THAT(verdict, HasSubstr("answer 8 ok: desk gain = -6"));
  EXPECT_THAT(Commit(LastEvent()), IsEmpty()) << "each question once";
  EXPECT_THAT(AnswerIn(stage_.Take(Gain(9, kKey)), 9), StartsWith("ok: desk gain = -6"));
}

TEST_F(CommandsTest, AReplyFromBeforeTheCrashIsGivenAgain) {
  const std::string first = AnswerIn(stage_.Take(MoveRequested{7, "voice", "", "", {}, kKey}), 7);
  Restart();
  EXPECT_EQ(AnswerIn(stage_.Take(MoveRequested{1, "voice", "", "", {}, kKey}), 1), first);
  EXPECT_EQ(stage_.ledger().last_operation, 1u);
  EXPECT_TRUE(stage_.Replayed() == stage_.ledger());
}

TEST_F(CommandsTest, AVerdictThatWasOpenAtTheCrashIsForWhoeverAsksAgain) {
  stage_.Take(Gain(7, kKey));
  const EventId event = LastEvent();
  Restart();
  EXPECT_THAT(AnswerIn(stage_.Take(Gain(1, kKey)), 1), IsEmpty());
  EXPECT_THAT(AnswerIn(Commit(event), 1), StartsWith("ok: desk gain = -6"))
      << "and nobody is told that had asked the old process";
  EXPECT_EQ(stage_.ledger().events.size(), 1u);
  EXPECT_TRUE(stage_.Replayed() == stage_.ledger());
}

TEST_F(CommandsTest, AVerdictThatNobodyWaitedForIsKept) {
  stage_.Take(Gain(7, kKey));
  Restart();
  EXPECT_THAT(Commit(LastEvent()), IsEmpty());
  EXPECT_THAT(AnswerIn(stage_.Take(Gain(1, kKey)), 1), StartsWith("ok: desk gain = -6"));
}

TEST_F(CommandsTest, AShowThatWasBeingPreparedAtTheCrashIsNotPreparedAgain) {
  stage_.Take(ShowStopRequested{6});
  const ShowApplied apply{7, SmallShow(), "show: small", SmallAssets(), "", 0, kKey};
  EXPECT_THAT(AnswerIn(stage_.Take(apply), 7), IsEmpty());
  Restart();
  const std::uint32_t version = stage_.ledger().last_version;
  ShowApplied again = apply;
  again.request = 1;
  EXPECT_THAT(AnswerIn(stage_.Take(again), 1), HasSubstr("the coordinator was restarted"));
  EXPECT_EQ(stage_.ledger().last_version, version);
  EXPECT_TRUE(stage_.Replayed() == stage_.ledger());
}

TEST_F(CommandsTest, AShowThatIsBeingPreparedIsAppliedOnce) {
  stage_.Take(ShowStopRequested{6});
  ShowApplied apply{7, SmallShow(), "show: small", SmallAssets(), "", 0, kKey};
  stage_.Take(apply);
  apply.request = 8;
  EXPECT_THAT(stage_.Take(apply), IsEmpty()) << "busy is what another show would be told";
  std::string text;
  for (const plan::Node& node : stage_.ledger().plan.nodes) {
    text += stage_.Take(AgentSpoke{stage_.ConnectionOf(node.name), plan::PlanPrepared{1, 2, ""}});
  }
  EXPECT_THAT(text, HasSubstr("answer 7 ok: \"small\" starts"));
  EXPECT_THAT(text, HasSubstr("answer 8 ok: \"small\" starts"));
}

TEST_F(CommandsTest, AKeyIsGoodForOneKindOfCommand) {
  stage_.Take(MoveRequested{7, "voice", "", "", {}, kKey});
  EXPECT_THAT(AnswerIn(stage_.Take(DrainRequested{8, "pi-1", true, kKey}), 8),
              StartsWith("invalid: the key of this command"));
  EXPECT_FALSE(FindNode(stage_.ledger(), "pi-1")->drained);
}

TEST_F(CommandsTest, OnlySoManyAreRemembered) {
  const auto key = [](std::size_t i) { return CommandKey{9, i + 1}; };
  for (std::size_t i = 0; i < CommandLog::kMost + 1; ++i) {
    stage_.Take(DrainRequested{i + 10, "pi-9", true, key(i)});
  }
  EXPECT_EQ(stage_.ledger().commands.all().size(), CommandLog::kMost);
  EXPECT_EQ(stage_.ledger().commands.Find(key(0)), nullptr);
  EXPECT_NE(stage_.ledger().commands.Find(key(1)), nullptr);
  EXPECT_TRUE(stage_.Replayed() == stage_.ledger());
}

TEST_F(CommandsTest, WhoWasToldThatNobodyAnswersMayAskAgain) {
  stage_.Take(Gain(7, kKey));
  const EventId event = LastEvent();
  EXPECT_THAT(AnswerIn(stage_.Pass(4'000'000'000), 7), HasSubstr("nobody says"));
  stage_.Take(Gain(8, kKey));
  EXPECT_THAT(AnswerIn(stage_.Pass(10'000'000), 8), HasSubstr("nobody says"));
  EXPECT_THAT(Commit(event), IsEmpty()) << "both have their answer";
  EXPECT_THAT(AnswerIn(stage_.Take(Gain(9, kKey)), 9), StartsWith("ok: desk gain = -6"));
  EXPECT_EQ(stage_.ledger().events.size(), 1u);
}

TEST_F(CommandsTest, NobodyWaitsForADateThatTheShowDoesNotReach) {
  stage_.Take(GainAtBar(500, 7, kKey));
  EXPECT_THAT(AnswerIn(stage_.Pass(4'000'000'000), 7), IsEmpty());
  stage_.Take(ShowStopRequested{8});
  EXPECT_THAT(AnswerIn(stage_.Pass(10'000'000), 7), HasSubstr("nobody says"));
}

TEST_F(CommandsTest, NobodyWaitsForAnEventOfAShowThatIsOver) {
  stage_.Take(Gain(7, kKey));
  stage_.Take(ShowStopRequested{8});
  stage_.Take(ShowApplied{9, SmallShow(), "show: small", SmallAssets()});
  EXPECT_THAT(AnswerIn(stage_.Pass(10'000'000), 7), HasSubstr("the show has ended since"));
}

TEST_F(CommandsTest, TheLogTellsItOnce) {
  stage_.Take(MoveRequested{7, "voice", "", "", {}, kKey});
  const std::size_t before = stage_.log().Since(0, 10'000).size();
  stage_.Take(MoveRequested{8, "voice", "", "", {}, kKey});
  EXPECT_EQ(stage_.log().Since(0, 10'000).size(), before);
}

}  // namespace
}  // namespace continuo::coordinator
