// SPDX-License-Identifier: Apache-2.0
// How `continuo` begins, follows and calls off what the coordinator does: the real program before a coordinator of the
// test's making.
#include <gmock/gmock.h>
#include <signal.h>

#include <chrono>
#include <thread>

#include "integration/fake_coordinator.h"
#include "support/program.h"
#include "support/scratch.h"

namespace continuo {
namespace {

using namespace std::chrono_literals;
using coordinator::Code;
using coordinator::OperationPhase;
using coordinator::OperationView;
using coordinator::Reply;
using coordinator::View;
using ::testing::HasSubstr;
using ::testing::Not;
using What = coordinator::Inbox::What;

constexpr coordinator::OperationId kId = 7;
constexpr auto kSoon = 10s;

void End(OperationView& operation, OperationPhase phase, const std::string& verdict) {
  operation.phase = phase;
  operation.done = true;
  operation.ok = phase == OperationPhase::kDone;
  operation.verdict = verdict;
  operation.ended_n = operation.started_n + 48'000;
}

Reply Begin(View& view, const std::string& text) {
  OperationView& operation = view.operations.emplace_back();
  operation.id = kId;
  operation.text = text;
  operation.kernel_class = "exact";
  operation.phase = OperationPhase::kJoining;
  operation.incoming_state = plan::ReplicaState::kCatchUp;
  operation.join.behind = 310;
  operation.join.catch_up_percent = 520;
  Reply reply;
  reply.operation = kId;
  reply.text = "begun: " + text;
  return reply;
}

/// Does what it is asked; a cancel ends the operation at once.
Reply Obey(const What& what, View& view) {
  if (const auto* move = std::get_if<coordinator::MoveRequested>(&what)) {
    return Begin(view, "move " + move->task + " to " + move->to);
  }
  if (std::holds_alternative<coordinator::OperationCancelled>(what)) {
    End(view.operations.back(), OperationPhase::kCancelled, "called off; bass stays on pi-1");
    Reply reply;
    reply.text = "calling operation 7 off";
    return reply;
  }
  return {Code::kPrecondition, "pi-2 is the last node"};
}

class Operation : public ::testing::Test {
 protected:
  Operation() { coordinator_.answer = Obey; }

  std::unique_ptr<Program> Start(const std::vector<std::string>& words) {
    std::vector<std::string> command = {CONTINUO_BIN "/continuo", "--coordinator",
                                        coordinator_.address()};
    command.insert(command.end(), words.begin(), words.end());
    return std::make_unique<Program>(command, (scratch_.path() / "log").string());
  }
  std::unique_ptr<Program> StartMove() {
    auto program = Start({"task", "migrate", "bass", "--to", "pi-3", "--at", "17.3", "--wait"});
    EXPECT_THAT(program->WaitForLine("packets behind", kSoon), HasSubstr("5.2 x real time"));
    return program;
  }
  void Finish(OperationPhase phase, const std::string& verdict) {
    coordinator_.Change([&](View& view) { End(view.operations.back(), phase, verdict); });
  }

  Scratch scratch_;
  FakeCoordinator coordinator_;
};

TEST_F(Operation, IsFollowedToItsVerdict) {
  const auto program = StartMove();
  Finish(OperationPhase::kDone, "bass runs on pi-3");
  EXPECT_EQ(program->Wait(kSoon), 0);
  EXPECT_THAT(program->Output(), HasSubstr("begun: move bass to pi-3"));
  EXPECT_THAT(program->Output(), HasSubstr("exact: every sample stays"));
  EXPECT_THAT(program->Output(), HasSubstr("DONE  bass runs on pi-3"));
  EXPECT_THAT(program->Output(), Not(HasSubstr("\x1b")));
  const auto move = std::get<coordinator::MoveRequested>(coordinator_.asked().at(0));
  EXPECT_EQ(move.at->beat, 3);
}

TEST_F(Operation, FiguresThatComeAfterTheVerdictAreWaitedForALittle) {
  const auto program = StartMove();
  coordinator_.Change([](View& view) { view.operations.back().incoming = 31; });
  Finish(OperationPhase::kDone, "bass runs on pi-3");
  std::this_thread::sleep_for(300ms);
  coordinator_.Change([](View& view) { view.operations.back().join.in_sync_at = 48'000; });
  EXPECT_EQ(program->Wait(kSoon), 0);
  EXPECT_THAT(program->Output(), HasSubstr("in sync at 1.0 s"));
}

TEST_F(Operation, ThatFailsIsAFailure) {
  const auto program = StartMove();
  Finish(OperationPhase::kFailed, "pi-3 died");
  EXPECT_EQ(program->Wait(kSoon), 1);
  EXPECT_THAT(program->Output(), HasSubstr("FAILED  pi-3 died"));
}

TEST_F(Operation, IsCalledOffByCtrlCAndTheVerdictIsToldAllTheSame) {
  const auto program = StartMove();
  program->Signal(SIGINT);
  EXPECT_EQ(program->Wait(kSoon), 1);
  EXPECT_THAT(program->Output(), HasSubstr("calling operation 7 off"));
  EXPECT_THAT(program->Output(), HasSubstr("CANCELLED  called off; bass stays on pi-1"));
  const auto cancel = std::get<coordinator::OperationCancelled>(coordinator_.asked().at(1));
  EXPECT_EQ(cancel.operation, kId);
}

TEST_F(Operation, ThatIsTooFarToBeCalledOffIsFollowedOn) {
  coordinator_.answer = [](const What& what, View& view) {
    if (!std::holds_alternative<coordinator::OperationCancelled>(what)) return Obey(what, view);
    return Reply{Code::kPrecondition, "pi-1 has left already"};
  };
  const auto program = StartMove();
  program->Signal(SIGINT);
  EXPECT_NE(program->WaitForLine("pi-1 has left already", kSoon), "");
  Finish(OperationPhase::kDone, "bass runs on pi-3");
  EXPECT_EQ(program->Wait(kSoon), 0);
  EXPECT_EQ(coordinator_.asked().size(), 2u) << "asked again and again";
}

TEST_F(Operation, TheSecondCtrlCEndsTheProgramAtOnce) {
  coordinator_.answer = [](const What& what, View& view) {
    if (!std::holds_alternative<coordinator::OperationCancelled>(what)) return Obey(what, view);
    return Reply{Code::kOk, "calling it off"};  // and then nothing comes of it
  };
  const auto program = StartMove();
  program->Signal(SIGINT);
  EXPECT_NE(program->WaitForLine("calling it off", kSoon), "");
  program->Signal(SIGINT);
  EXPECT_EQ(program->Wait(kSoon), 1);
  EXPECT_THAT(program->Output(), Not(HasSubstr("CANCELLED")));
}

TEST_F(Operation, SurvivesACoordinatorThatDiesAndReturns) {
  const auto program = StartMove();
  coordinator_.GoAway();
  EXPECT_NE(program->WaitForLine("does not answer; operation 7 survives that", kSoon), "");
  coordinator_.Return();
  EXPECT_NE(program->WaitForLine("the coordinator is back", kSoon), "");
  Finish(OperationPhase::kDone, "bass runs on pi-3");
  EXPECT_EQ(program->Wait(kSoon), 0);
}

TEST_F(Operation, IsCalledOffWhenTheCoordinatorIsBack) {
  const auto program = StartMove();
  coordinator_.GoAway();
  EXPECT_NE(program->WaitForLine("does not answer", kSoon), "");
  program->Signal(SIGINT);
  std::this_thread::sleep_for(300ms);
  coordinator_.Return();
  EXPECT_EQ(program->Wait(kSoon), 1);
  EXPECT_THAT(program->Output(), HasSubstr("CANCELLED"));
}

TEST_F(Operation, ACoordinatorThatStaysAwayIsNotWaitedForForEver) {
  const auto program = StartMove();
  coordinator_.GoAway();
  EXPECT_EQ(program->Wait(20s), 1);
  EXPECT_THAT(program->Output(), HasSubstr("is still away; how operation 7 ends is in"));
}

TEST_F(Operation, WithoutWaitIsOnlyBegunAndSaysHowToGoOn) {
  const auto program = Start({"task", "migrate", "bass", "--to", "pi-3"});
  EXPECT_EQ(program->Wait(kSoon), 0);
  EXPECT_THAT(program->Output(), HasSubstr("exact: every sample stays"));
  EXPECT_THAT(program->Output(), HasSubstr("continuo operation cancel 7"));
}

TEST_F(Operation, IsJsonWhenItIsBegunAndWhenItEnds) {
  const auto begun = Start({"task", "migrate", "bass", "--to", "pi-3", "--json"});
  EXPECT_EQ(begun->Wait(kSoon), 0);
  EXPECT_EQ(begun->Output(),
            "{\"operation\":7,\"text\":\"begun: move bass to pi-3\",\"moves\":[]}\n");
  Finish(OperationPhase::kDone, "bass runs on pi-3");
  const auto ended = Start({"task", "migrate", "bass", "--to", "pi-3", "--wait", "--json"});
  EXPECT_EQ(ended->Wait(kSoon), 0);
  EXPECT_THAT(ended->Output(), HasSubstr("\n{\"operation\":7,\"part_of\":null"));
  EXPECT_THAT(ended->Output(), HasSubstr("\"verdict\":\"bass runs on pi-3\""));
}

TEST_F(Operation, IsRefusedInTheWordsOfTheCore) {
  const auto program = Start({"node", "drain", "pi-2", "--wait"});
  EXPECT_EQ(program->Wait(kSoon), 1);
  EXPECT_EQ(program->Output(), "continuo: pi-2 is the last node\n");
}

TEST_F(Operation, ThatHasNothingToDoIsDone) {
  coordinator_.answer = [](const What&, View&) {
    Reply reply;
    reply.text = "the load is even";
    return reply;
  };
  const auto program = Start({"rebalance", "--wait"});
  EXPECT_EQ(program->Wait(kSoon), 0);
  EXPECT_EQ(program->Output(), "the load is even\n");
}

TEST_F(Operation, ADryRunShowsTheMovesAndWhy) {
  coordinator_.answer = [](const What& what, View&) {
    Reply reply;
    reply.text = std::get<coordinator::RebalanceRequested>(what).dry_run ? "1 move" : "moving";
    reply.moves = {{"bass", "pi-1", "pi-3", "pi-1 is at 71 %, pi-3 at 12 %"}};
    return reply;
  };
  const auto program = Start({"rebalance", "--dry-run"});
  EXPECT_EQ(program->Wait(kSoon), 0);
  EXPECT_THAT(program->Output(), HasSubstr("bass  pi-1  pi-3  pi-1 is at 71 %, pi-3 at 12 %"));
  EXPECT_THAT(program->Output(), HasSubstr("1 move\n"));
}

TEST_F(Operation, UndrainAndReplicasAskForWhatTheySay) {
  Start({"node", "undrain", "pi-2"})->Wait(kSoon);
  Start({"task", "replicas", "bass", "3"})->Wait(kSoon);
  const auto asked = coordinator_.asked();
  ASSERT_GE(asked.size(), 2u);
  EXPECT_EQ(std::get<coordinator::DrainRequested>(asked[0]).node, "pi-2");
  EXPECT_FALSE(std::get<coordinator::DrainRequested>(asked[0]).on);
  EXPECT_EQ(std::get<coordinator::ReplicasRequested>(asked[1]).replicas, 3);
}

TEST_F(Operation, ANodeThatIsNotThereIsAnsweredWithTheNearest) {
  coordinator_.Change([](View& view) {
    view.nodes.emplace_back().id = 1;
    view.nodes.back().name = "pi-1";
  });
  const auto program = Start({"node", "show", "pi1"});
  EXPECT_EQ(program->Wait(kSoon), 1);
  EXPECT_THAT(program->Output(), HasSubstr("did you mean \"pi-1\"?"));
}

}  // namespace
}  // namespace continuo
