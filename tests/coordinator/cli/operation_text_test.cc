// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/operation_text.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <set>

#include "coordinator/cli/json_text.h"

namespace continuo::coordinator::cli {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using State = plan::ReplicaState;

const Terminal kPlain(false, false, 120);
constexpr MediaTime kStart = 48'000'000;

OperationView Move(OperationId id, OperationPhase phase) {
  OperationView move;
  move.id = id;
  move.phase = phase;
  move.text = "move bass from pi-1 to pi-3";
  move.task = "bass";
  move.from = "pi-1";
  move.to = "pi-3";
  move.kernel_class = "exact";
  move.started_n = kStart + 48'000;
  move.done = HasEnded(phase);
  move.ok = phase == OperationPhase::kDone;
  if (move.done) move.ended_n = move.started_n + 86'400;
  return move;
}

View Empty() {
  View view;
  view.now = kStart + 4 * 48'000;
  view.plan.version = 3;
  view.plan.start_n = kStart;
  for (const plan::NodeId id : {1, 2, 3}) {
    NodeView& node = view.nodes.emplace_back();
    node.id = id;
    node.name = "pi-" + std::to_string(id);
  }
  return view;
}

std::string Text(const OperationView& operation) {
  return StandingOf(Empty(), operation).text;
}

std::string Joined(const Lines& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

/// A newcomer's way, one look after the other.
std::vector<OperationView> AWholeMove() {
  OperationView move = Move(7, OperationPhase::kJoining);
  std::vector<OperationView> looks = {move};
  const auto look = [&] { looks.push_back(move); };
  move.incoming_state = State::kSubscribed, look();
  move.incoming_state = State::kSnapshot;
  move.join.donor = 2;
  move.join.snapshot_bytes = 1'200'000;
  move.join.snapshot_total = 3'400'000, look();
  move.incoming_state = State::kCatchUp;
  move.join.snapshot_bytes = move.join.snapshot_total;
  move.join.behind = 310;
  move.join.catch_up_percent = 520, look();
  move.incoming_state = State::kShadow, look();
  move.join.hash_equal = true, look();
  move.join.in_sync_at = kStart + 2 * 48'000, look();
  move.incoming_state = State::kInSync;
  move.phase = OperationPhase::kRetiring, look();
  move = Move(7, OperationPhase::kDone);
  move.join = looks.back().join;
  move.verdict = "bass runs on pi-3", look();
  return looks;
}

TEST(Standing, EveryPhaseOfAMoveIsToldWithItsFigures) {
  std::vector<std::string> told;
  for (const OperationView& look : AWholeMove()) told.push_back(Text(look).substr(29));
  EXPECT_THAT(told, ElementsAre("the newcomer prepares", "the newcomer listens",
                                "snapshot 1.2 MB of 3.4 MB from pi-2",
                                "catching up at 5.2 x real time, 310 packets behind",
                                "caught up, states are compared", "state equal",
                                "state equal, in sync at 2.0 s", "in sync at 2.0 s; pi-1 leaves",
                                "bass runs on pi-3"));
}

TEST(Standing, ALogHearsOfEveryPhaseOnceAndOfNoByte) {
  std::set<std::string> phases;
  for (const OperationView& look : AWholeMove()) {
    EXPECT_TRUE(phases.insert(StandingOf(Empty(), look).phase).second) << Text(look);
  }
  OperationView move = AWholeMove()[2];
  const std::string before = StandingOf(Empty(), move).phase;
  move.join.snapshot_bytes += 64'000;
  EXPECT_EQ(StandingOf(Empty(), move).phase, before);
}

TEST(Standing, ANewAttemptIsToldWithItsReason) {
  OperationView move = Move(7, OperationPhase::kWaiting);
  const std::string before = StandingOf(Empty(), move).phase;
  move.attempts = 2;
  move.note = "pi-3 has no memory";
  EXPECT_THAT(Text(move), HasSubstr("waiting, attempt 2 (pi-3 has no memory)"));
  EXPECT_NE(StandingOf(Empty(), move).phase, before);
}

TEST(Standing, AMoveThatIsHeldForABarSaysUntilWhen) {
  OperationView move = Move(7, OperationPhase::kHolding);
  move.join.in_sync_at = kStart + 2 * 48'000;
  move.at_n = kStart + 16 * 48'000;
  EXPECT_THAT(Text(move), HasSubstr("in sync at 2.0 s; pi-1 leaves at 16.0 s"));
}

TEST(Standing, AJoinBeforeItsFirstFigureInventsNone) {
  OperationView move = Move(7, OperationPhase::kJoining);
  move.incoming_state = State::kSnapshot;
  EXPECT_THAT(Text(move), HasSubstr(": snapshot"));
  EXPECT_THAT(Text(move), Not(HasSubstr("MB")));
  move.incoming_state = State::kCatchUp;
  EXPECT_THAT(Text(move), Not(HasSubstr("real time")));
}

/// A drain of two moves: one is done, one under way.
View Drain() {
  View view = Empty();
  OperationView drain = Move(5, OperationPhase::kMoving);
  drain.kind = OperationKind::kDrain;
  drain.text = "drain pi-1";
  drain.moves = 2;
  drain.moves_done = 1;
  OperationView first = Move(6, OperationPhase::kDone), second = Move(7, OperationPhase::kJoining);
  first.parent = second.parent = 5;
  view.operations = {drain, first, second};
  return view;
}

TEST(Standing, ADrainTellsTheMoveUnderWay) {
  View view = Drain();
  const Standing before = StandingOf(view, view.operations[0]);
  EXPECT_EQ(before.text,
            "drain pi-1: 1 of 2 moved; move bass from pi-1 to pi-3: the newcomer prepares");
  view.operations[2].incoming_state = State::kSubscribed;
  EXPECT_NE(StandingOf(view, view.operations[0]).phase, before.phase);
}

TEST(VerdictLines, SayHowTheNewcomerCameIn) {
  const OperationView move = AWholeMove().back();
  EXPECT_THAT(VerdictLines(Empty(), move, kPlain),
              ElementsAre("DONE  bass runs on pi-3",
                          "      snapshot 3.4 MB from pi-2, caught up at 5.2 x real time, state "
                          "equal, in sync at 2.0 s; took 1.8 s"));
}

TEST(VerdictLines, AFailureAndACancelAreNoSuccess) {
  OperationView move = Move(7, OperationPhase::kFailed);
  move.verdict = "pi-3 died";
  EXPECT_EQ(VerdictLines(Empty(), move, kPlain)[0], "FAILED  pi-3 died");
  move.phase = OperationPhase::kCancelled;
  EXPECT_EQ(VerdictLines(Empty(), move, kPlain)[0], "CANCELLED  pi-3 died");
}

TEST(VerdictLines, ADrainSaysWhetherTheNodeMayBeUnplugged) {
  View view = Drain();
  OperationView& drain = view.operations[0];
  drain.phase = OperationPhase::kDone;
  drain.done = drain.ok = true;
  drain.verdict = "2 of 2 moves are done";
  EXPECT_THAT(Joined(VerdictLines(view, drain, kPlain)), HasSubstr("pi-1 may be unplugged"));
  OutputView& output = view.outputs.emplace_back();
  output.name = "foh-a";
  output.node_name = "pi-1";
  EXPECT_THAT(Joined(VerdictLines(view, drain, kPlain)), HasSubstr("pi-1 silences foh-a"));
  drain.ok = false;
  EXPECT_THAT(Joined(VerdictLines(view, drain, kPlain)), Not(HasSubstr("unplugged")));
}

TEST(OperationLines, ShowWhatIsUnderWayAndTheLastThatEnded) {
  View view = Drain();
  for (OperationId id = 1; id <= 4; ++id) {
    view.operations.insert(view.operations.begin() + static_cast<std::ptrdiff_t>(id) - 1,
                           Move(id, OperationPhase::kFailed));
    view.operations[id - 1].verdict = "verdict " + std::to_string(id);
  }
  const std::string text = Joined(OperationLines(view, kPlain, 2));
  EXPECT_THAT(text, Not(HasSubstr("verdict 2")));
  EXPECT_THAT(text, HasSubstr("verdict 3"));
  EXPECT_THAT(text, HasSubstr("verdict 4"));
  EXPECT_THAT(text, HasSubstr("5  moving   3.0 s  drain pi-1"));
  EXPECT_THAT(text, HasSubstr("  7  joining"));
  EXPECT_THAT(text, Not(HasSubstr("  6  done"))) << "what went well is in the sum";
}

TEST(OperationLines, NoneIsNoTable) {
  EXPECT_THAT(OperationLines(Empty(), kPlain, 8), IsEmpty());
}

TEST(MoveLines, GiveTheReason) {
  const Lines lines = MoveLines({{"bass", "pi-1", "pi-3", "pi-1 is at 71 %"}});
  EXPECT_THAT(Joined(lines), HasSubstr("bass  pi-1  pi-3  pi-1 is at 71 %"));
  EXPECT_THAT(MoveLines({}), IsEmpty());
}

TEST(ClassText, SaysWhatIsHeard) {
  EXPECT_THAT(ClassText("exact"), HasSubstr("exact: every sample stays"));
  EXPECT_THAT(ClassText("settled"), HasSubstr("not heard before it is equal"));
  EXPECT_EQ(ClassText(""), "");
}

TEST(OperationJson, HasWhatScriptsReadUnderTheirNames) {
  View view = Empty();
  view.operations = {AWholeMove().back()};
  const json move = json::parse(OperationJson(view, 7));
  EXPECT_EQ(move["operation"], 7);
  EXPECT_EQ(move["kind"], "migrate");
  EXPECT_EQ(move["phase"], "done");
  EXPECT_EQ(move["class"], "exact");
  EXPECT_EQ(move["part_of"], nullptr);
  EXPECT_EQ(move["join"]["donor"], "pi-2");
  EXPECT_EQ(move["join"]["snapshot_total"], 3'400'000);
  EXPECT_EQ(move["join"]["catch_up"], 5.2);
  EXPECT_EQ(move["join"]["state_equal"], true);
  EXPECT_EQ(move["join"]["in_sync_at"], kStart + 96'000);
  EXPECT_EQ(move["started_n"], kStart + 48'000);
  EXPECT_EQ(move["ended_n"], kStart + 134'400);
  EXPECT_EQ(move["ok"], true);
  EXPECT_EQ(move["verdict"], "bass runs on pi-3");
  EXPECT_EQ(json::parse(StatusJson(view))["operations"][0]["operation"], 7);
}

TEST(OperationJson, WhatIsNotKnownYetIsNull) {
  View view = Drain();
  const json drain = json::parse(OperationJson(view, 5));
  EXPECT_EQ(drain["ended_n"], nullptr);
  EXPECT_EQ(drain["at_n"], nullptr);
  EXPECT_EQ(drain["parts"].size(), 2u);
  EXPECT_EQ(drain["parts"][1]["part_of"], 5);
  EXPECT_EQ(drain["parts"][1]["join"]["in_sync_at"], nullptr);
}

TEST(AcceptedJson, NamesTheMovesAndNoOperationWhereNothingIsToBeDone) {
  Reply reply;
  reply.text = "the load is even";
  const json nothing = {{"operation", nullptr}, {"text", reply.text}, {"moves", json::array()}};
  EXPECT_EQ(json::parse(AcceptedJson(reply)), nothing);
  reply.operation = 4;
  reply.moves = {{"bass", "pi-1", "pi-3", "why"}};
  EXPECT_EQ(json::parse(AcceptedJson(reply))["operation"], 4);
  EXPECT_EQ(json::parse(AcceptedJson(reply))["moves"][0]["reason"], "why");
}

}  // namespace
}  // namespace continuo::coordinator::cli
