// SPDX-License-Identifier: Apache-2.0
// A real coordinator process, an operator, and agents that have a link and no sound.
#include <gmock/gmock.h>
#include <grpcpp/channel.h>

#include <future>
#include <thread>

#include "coordinator/edge/grpc/operator_client.h"
#include "integration/fake_agent.h"
#include "proto/continuo/v1/agent_link.grpc.pb.h"
#include "proto/transport/channel.h"
#include "support/program.h"
#include "support/scratch.h"

namespace continuo {
namespace {

using coordinator::EventRequested;
using coordinator::OperatorClient;
using coordinator::ShowApplied;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr std::chrono::seconds kPatience{15};
const std::string kCoordinator = CONTINUO_BIN "/continuo-coordinator";

/// A coordinator that can be killed and started again with the same state and port.
class Stage : public ::testing::Test {
 protected:
  Stage() { StartCoordinator("127.0.0.1:0"); }

  void StartCoordinator(const std::string& listen) {
    ++starts_;
    program_ = std::make_unique<Program>(Command(listen, "state"), Log(starts_));
    const std::string line = program_->WaitForLine("listening on ", kPatience);
    ASSERT_NE(line, "") << program_->Output();
    const std::size_t at = line.find("listening on ") + 13;
    address_ = line.substr(at, line.find(',', at) - at);
  }

  std::vector<std::string> Command(const std::string& listen, const std::string& state) {
    return {kCoordinator,
            "--listen",
            listen,
            "--beats",
            "127.0.0.1:0",
            "--state",
            (scratch_.path() / state).string()};
  }
  std::string Log(int start) {
    return (scratch_.path() / ("log-" + std::to_string(start))).string();
  }

  /// One sound, played by one task on one node; no assets.
  static ShowApplied Hum() {
    ShowApplied wish;
    wish.show.name = "hum";
    wish.show.redundancy = 1;
    coordinator::ShowTask& task = wish.show.tasks.emplace_back();
    task.name = "hum";
    task.kind = "synth";
    wish.show.outputs.push_back({"foh", "hum", {{"a", ""}}});
    wish.source = "show: hum";
    return wish;
  }

  void PlayHum() {
    OperatorClient client(address_);
    const auto reply = client.Apply(Hum());
    ASSERT_TRUE(reply.ok()) << reply.status();
    ASSERT_TRUE(reply->ok()) << reply->text << (reply->issues.empty() ? "" : reply->issues[0].text);
    start_n_ = reply->start_n;
  }

  /// Asks again until the answer is there and good.
  template <typename Ask, typename IsGood>
  static auto WaitFor(Ask ask, IsGood is_good) -> std::decay_t<decltype(*ask())> {
    const auto end = std::chrono::steady_clock::now() + kPatience;
    while (true) {
      auto answer = ask();
      if (answer.ok() && is_good(*answer)) return *answer;
      if (std::chrono::steady_clock::now() > end) {
        ADD_FAILURE() << answer.status();
        return {};
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  }

  static EventRequested Louder() {
    EventRequested wish;
    wish.task = "hum";
    wish.param = "gain";
    wish.value = Event::FromFloat(-3);
    return wish;
  }

  Scratch scratch_;
  std::unique_ptr<Program> program_;
  std::string address_;
  MediaTime start_n_ = 0;
  int starts_ = 0;
};

bool IsDated(const plan::ToAgent& message) {
  const auto* sent = std::get_if<plan::PlanSent>(&message);
  return sent != nullptr && sent->plan.start_n != 0;
}

TEST_F(Stage, AnAgentIsWelcomedAndListed) {
  FakeAgent agent(address_);
  ASSERT_EQ(agent.WaitFor<plan::Welcome>(), 0);
  EXPECT_EQ(agent.Get<plan::Welcome>(0).node, 1);
  const auto view = OperatorClient(address_).Look();
  ASSERT_TRUE(view.ok()) << view.status();
  ASSERT_EQ(view->nodes.size(), 1u);
  EXPECT_EQ(view->nodes[0].name, "fake");
  EXPECT_TRUE(view->nodes[0].attached);
}

TEST_F(Stage, APlanIsPreparedBeforeItIsDated) {
  FakeAgent agent(address_);
  ASSERT_EQ(agent.WaitFor<plan::Welcome>(), 0);
  PlayHum();
  const int prepare = agent.WaitFor<plan::PlanSent>();
  ASSERT_GT(prepare, 0);
  EXPECT_EQ(agent.Get<plan::PlanSent>(prepare).plan.start_n, 0);
  const int dated = agent.WaitUntil(IsDated, prepare);
  ASSERT_GT(dated, prepare);
  const plan::Plan plan = agent.Get<plan::PlanSent>(dated).plan;
  EXPECT_EQ(plan.start_n, start_n_);
  EXPECT_EQ(plan.show, "hum");
  const auto take = OperatorClient(address_).GetTake();
  ASSERT_TRUE(take.ok()) << take.status();
  ASSERT_EQ(take->plans.size(), 1u);
  EXPECT_TRUE(take->plans[0] == plan);
  EXPECT_EQ(take->show, "show: hum");
}

TEST_F(Stage, AShowThatCannotPlayIsAnsweredWithItsIssues) {
  ShowApplied wish = Hum();
  wish.show.tasks[0].kind = "synht";
  const auto reply = OperatorClient(address_).Apply(wish);
  ASSERT_TRUE(reply.ok()) << reply.status();
  EXPECT_FALSE(reply->ok());
  ASSERT_FALSE(reply->issues.empty());
  EXPECT_THAT(reply->issues[0].text, HasSubstr("synth"));
}

TEST_F(Stage, AnEventIsRepeatedUntilItsVerdictIsKnown) {
  FakeAgent agent(address_);
  ASSERT_EQ(agent.WaitFor<plan::Welcome>(), 0);
  PlayHum();
  auto reply =
      std::async(std::launch::async, [this] { return OperatorClient(address_).Request(Louder()); });
  const int first = agent.WaitFor<plan::EventSubmitted>();
  ASSERT_GT(first, 0);
  const auto submitted = agent.Get<plan::EventSubmitted>(first);
  const int again = agent.WaitFor<plan::EventSubmitted>(first + 1);
  ASSERT_GT(again, first);
  EXPECT_EQ(agent.Get<plan::EventSubmitted>(again).event.id, submitted.event.id);
  agent.link().Send(plan::VerdictReached{submitted.task, submitted.event.id, Verdict::kCommitted});
  const auto answer = reply.get();
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->verdict, Verdict::kCommitted);
  EXPECT_EQ(answer->at, submitted.event.at);
}

TEST_F(Stage, AfterTheCoordinatorsDeathNothingIsSentAgain) {
  FakeAgent agent(address_);
  ASSERT_EQ(agent.WaitFor<plan::Welcome>(), 0);
  PlayHum();
  ASSERT_GT(agent.WaitUntil(IsDated, 0), 0);
  const auto first_term = agent.Get<plan::Welcome>(0).term;

  program_->Kill();
  EXPECT_THAT(agent.WaitForWord("does not answer"), HasSubstr("does not answer"));
  const std::size_t before = agent.count();
  StartCoordinator(address_);
  const int welcome = agent.WaitFor<plan::Welcome>(before);
  ASSERT_GE(welcome, 0);
  EXPECT_GT(agent.Get<plan::Welcome>(welcome).term, first_term);
  EXPECT_EQ(agent.Get<plan::Welcome>(welcome).node, 1);

  auto reply =
      std::async(std::launch::async, [this] { return OperatorClient(address_).Request(Louder()); });
  const int event = agent.WaitFor<plan::EventSubmitted>(before);
  ASSERT_GT(event, welcome);
  for (int i = welcome; i < event; ++i) {
    EXPECT_FALSE(std::holds_alternative<plan::PlanSent>(agent.At(i)));
  }
  const auto submitted = agent.Get<plan::EventSubmitted>(event);
  agent.link().Send(plan::VerdictReached{submitted.task, submitted.event.id, Verdict::kExpired});
  const auto answer = reply.get();
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->verdict, Verdict::kExpired);
}

TEST_F(Stage, ALockAndTheVersionsOutliveTheCoordinator) {
  FakeAgent agent(address_);
  ASSERT_EQ(agent.WaitFor<plan::Welcome>(), 0);
  PlayHum();
  using coordinator::LockRequested;
  using coordinator::ShowStopRequested;
  ASSERT_TRUE(OperatorClient(address_).Request(LockRequested{0, true, "ana@desk", "doors"}).ok());
  program_->Kill();
  EXPECT_THAT(agent.WaitForWord("does not answer"), HasSubstr("does not answer"));
  const std::size_t before = agent.count();
  StartCoordinator(address_);
  ASSERT_GE(agent.WaitFor<plan::Welcome>(before), 0);

  OperatorClient client(address_);
  EXPECT_THAT(client.Request(ShowStopRequested{0, "ben"}).status().message(),
              AllOf(HasSubstr("locked by ana@desk"), HasSubstr("continuo show unlock")));
  EXPECT_THAT(client.Apply(Hum()).status().message(), HasSubstr("(doors)"));
  ASSERT_TRUE(client.Request(LockRequested{0, false, "ana@desk", ""}).ok());

  ShowApplied louder = Hum();
  louder.show.tasks[0].params = {{"gain", -3}};
  louder.by = "ben@rack";
  const auto diff = WaitFor([&] { return client.Diff(louder); },
                            [](const auto& d) { return d.plays && d.reply.ok(); });
  ASSERT_EQ(diff.differences.size(), 1u);
  EXPECT_EQ(diff.differences[0].field, "gain");
  EXPECT_EQ(diff.differences[0].heard, coordinator::Heard::kEvent);
  ASSERT_TRUE(client.Apply(louder).ok());
  WaitFor(
      [&] {
        return client.Request(coordinator::RollbackRequested{0, 0, "ana@desk"});
      },
      [](const auto& reply) { return reply.ok(); });
  const auto view = client.Look();
  ASSERT_TRUE(view.ok()) << view.status();
  ASSERT_EQ(view->versions.size(), 3u);
  EXPECT_EQ(view->versions[1].by, "ben@rack");
  EXPECT_THAT(view->versions[2].text, HasSubstr("as version 1"));
}

// While it connects, between that and its Hello, while it is welcomed.
TEST_F(Stage, ALinkMayBeStoppedAtAnyMoment) {
  for (int i = 0; i < 120; ++i) {
    const FakeAgent agent(address_);
    std::this_thread::sleep_for(std::chrono::microseconds(100 * i));
  }
}

TEST_F(Stage, AnAgentOfAnotherVersionIsRefusedWithBothVersions) {
  plan::Hello hello;
  hello.link_version = 99;
  FakeAgent agent(address_, hello);
  ASSERT_EQ(agent.WaitFor<plan::Refusal>(), 0);
  EXPECT_THAT(agent.Get<plan::Refusal>(0).reason,
              HasSubstr("version " + std::to_string(plan::kLinkVersion)));
  EXPECT_THAT(agent.Get<plan::Refusal>(0).reason, HasSubstr("99"));
  EXPECT_THAT(agent.WaitForWord("refused"), HasSubstr("same release"));
  EXPECT_FALSE(agent.link().connected());
}

TEST_F(Stage, WhatIsNoHelloEndsTheStreamWithASentence) {
  const auto stub = v1::AgentLink::NewStub(transport::MakeChannel(address_));
  grpc::ClientContext context;
  const auto stream = stub->Attach(&context);
  v1::FromAgent status;
  status.mutable_status();
  stream->Write(status);
  v1::ToAgent nothing;
  EXPECT_FALSE(stream->Read(&nothing));
  const grpc::Status end = stream->Finish();
  EXPECT_EQ(end.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(end.error_message(), "the first message must be hello");
}

TEST_F(Stage, ASecondCoordinatorOnThePortSaysSo) {
  std::string output;
  EXPECT_EQ(RunProgram(Command(address_, "other-state"), Log(99), output), 1);
  EXPECT_THAT(output, HasSubstr("cannot listen on " + address_));
}

}  // namespace
}  // namespace continuo
