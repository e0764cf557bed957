// SPDX-License-Identifier: Apache-2.0
#include "agent/rt/pulse.h"

#include <gtest/gtest.h>

#include "agent/rt/program.h"
#include "agent/rt/test_show.h"
#include "proto/plan/media_time.h"

namespace continuo::agent::rt {
namespace {

using handoff::Command;

class HandClock final : public clock::Clock {
 public:
  Nanoseconds Now() const override { return now; }
  void SleepUntil(Nanoseconds t) override { now = std::max(now, t); }
  Nanoseconds now = 0;
};

class PulseTest : public testing::Test {
 protected:
  PulseTest() : show_({}), pulse_(clock_, line_) {
    plan::Plan& plan = show_.plan();
    plan.media = {.version = 1, .clock_id = 1, .t0 = 0, .n0 = plan.start_n - kSampleRate};
  }
  std::unique_ptr<Engine> Make(plan::NodeId node, const Engine* predecessor = nullptr) {
    const auto program = std::make_shared<Program>();
    std::string error = DeriveProgram(show_.plan(), node, *program);
    EXPECT_EQ(error, "");
    Engine::Wiring wiring;
    wiring.clock = &clock_;
    wiring.line = &line_;
    wiring.outputs.assign(program->outputs.size(),
                          std::make_shared<handoff::SampleRing>(2, kSampleRate));
    return Engine::Make(program, show_.materials(), wiring,
                        predecessor == nullptr ? nullptr : predecessor->program(), error);
  }
  void Arm(Engine* engine) { line_.commands.TrySend({Command::Kind::kArm, engine}); }
  MediaTime Now() const { return plan::MediaTimeAt(show_.plan().media, clock_.now); }
  Engine* TakeRetired() {
    Engine* engine = nullptr;
    line_.retired.TryReceive(engine);
    return engine;
  }

  test::TestShow show_;
  HandClock clock_;
  handoff::Line line_;
  Pulse pulse_;
};

TEST_F(PulseTest, WithoutAnEngineItLooksForOneEveryFewMilliseconds) {
  EXPECT_EQ(pulse_.Turn(), 5'000'000);
}

TEST_F(PulseTest, AnArmedEngineBeginsThePromiseAheadOfItsFirstSample) {
  const auto engine = Make(1);
  Arm(engine.get());
  while (Now() < engine->begins() + 10 * show_.plan().quantum) clock_.SleepUntil(pulse_.Turn());
  EXPECT_GT(engine->runners().front()->replica().next(),
            show_.plan().start_n / show_.plan().quantum - 1);
  EXPECT_EQ(TakeRetired(), nullptr);
}

TEST_F(PulseTest, WakesOnTheGridOfTheQuantumInAPhaseOfItsOwn) {
  std::vector<Frames> phases;
  for (const plan::NodeId node : {1, 2, 3}) {
    clock_.now = 800'000'000;
    const auto engine = Make(node);
    Arm(engine.get());
    clock_.SleepUntil(pulse_.Turn());
    const MediaTime first = Now();
    phases.push_back(first % show_.plan().quantum);
    for (int i = 1; i <= 5; ++i) {
      clock_.SleepUntil(pulse_.Turn());
      EXPECT_EQ(Now(), first + i * show_.plan().quantum);
    }
    line_.commands.TrySend({});  // stop
    pulse_.Turn();
    EXPECT_EQ(TakeRetired(), engine.get());
  }
  EXPECT_NE(phases[0], phases[1]);
  EXPECT_NE(phases[1], phases[2]);
}

TEST_F(PulseTest, MissedWakeUpsAreSkippedNotReplayed) {
  const auto engine = Make(1);
  clock_.now = 800'000'000;
  Arm(engine.get());
  pulse_.Turn();
  clock_.now += 1'000'000'000;
  const Nanoseconds next = pulse_.Turn();
  EXPECT_GE(next, clock_.now);
  EXPECT_LE(next, clock_.now + 2'000'000);
}

TEST_F(PulseTest, WhatPlaysGoesOnUntilTheNewOneBegins) {
  const auto first = Make(1);
  clock_.now = 800'000'000;
  Arm(first.get());
  pulse_.Turn();
  show_.plan().start_n += 10 * kSampleRate;
  show_.plan().session.n0 = show_.plan().start_n;
  const auto second = Make(1);
  Arm(second.get());
  pulse_.Turn();
  EXPECT_EQ(TakeRetired(), nullptr);
  while (Now() < second->begins()) clock_.SleepUntil(pulse_.Turn());
  pulse_.Turn();
  EXPECT_EQ(TakeRetired(), first.get());
}

TEST_F(PulseTest, ASuccessorTakesOverAtOnce) {
  const auto first = Make(1);
  clock_.now = 800'000'000;
  Arm(first.get());
  pulse_.Turn();
  ++show_.plan().version;
  const auto second = Make(1, first.get());
  EXPECT_TRUE(second->waits_for_predecessor());
  Arm(second.get());
  pulse_.Turn();
  EXPECT_EQ(TakeRetired(), first.get());
  EXPECT_FALSE(second->waits_for_predecessor());
  EXPECT_EQ(line_.counters.Read().plan_version, 2u);
}

TEST_F(PulseTest, ASuccessorOfOneThatHasNotBegunWaitsInItsPlace) {
  const auto first = Make(1);
  Arm(first.get());
  pulse_.Turn();
  const auto second = Make(1, first.get());
  Arm(second.get());
  pulse_.Turn();
  EXPECT_EQ(TakeRetired(), first.get());
  while (Now() < second->begins() + 10 * show_.plan().quantum) clock_.SleepUntil(pulse_.Turn());
  EXPECT_GT(second->runners().front()->replica().next(), 0);
}

TEST_F(PulseTest, ASuccessorWhosePredecessorIsGoneComesBackUnused) {
  const auto first = Make(1);
  clock_.now = 800'000'000;
  Arm(first.get());
  pulse_.Turn();
  const auto second = Make(1, first.get());
  line_.commands.TrySend({});  // stop
  Arm(second.get());
  pulse_.Turn();
  EXPECT_EQ(TakeRetired(), first.get());
  EXPECT_EQ(TakeRetired(), second.get());
}

TEST_F(PulseTest, ArmedAnewBeforeItsTimeTheOlderComesBackUnused) {
  const auto first = Make(1), second = Make(1);
  Arm(first.get());
  Arm(second.get());
  pulse_.Turn();
  EXPECT_EQ(TakeRetired(), first.get());
}

TEST_F(PulseTest, WhoIsHeardOnOtherNodesLooksAtWhatComesWhenItComes) {
  EXPECT_TRUE(Make(1)->WaitsForOthers(show_.plan().start_n));
  EXPECT_FALSE(Make(test::TestShow::kFohA)->WaitsForOthers(show_.plan().start_n));
}

TEST(Pulse, WhoIsHeardOnItsOwnNodeAloneWaitsAsLongAsItCan) {
  const test::TestShow show({.redundancy = 1, .shape = [](plan::Plan& plan) {
                               for (plan::Output& output : plan.outputs) output.node = 1;
                               for (plan::Task& task : plan.tasks) task.replicas[0].node = 1;
                             }});
  const auto program = std::make_shared<Program>();
  ASSERT_EQ(DeriveProgram(show.plan(), 1, *program), "");
  HandClock clock;
  handoff::Line line;
  Engine::Wiring wiring;
  wiring.clock = &clock;
  wiring.line = &line;
  for (int i = 0; i < 2; ++i) {
    wiring.outputs.push_back(std::make_shared<handoff::SampleRing>(2, kSampleRate));
  }
  std::string error;
  const auto engine = Engine::Make(program, show.materials(), wiring, nullptr, error);
  ASSERT_NE(engine, nullptr) << error;
  const int quantum = show.plan().quantum;
  for (int i = 0; i < 20; ++i) engine->Tick(engine->begins() + i * quantum);
  MediaTime soonest = dsp::kForever;
  for (const auto& runner : engine->runners()) soonest = std::min(soonest, runner->Deadline());
  ASSERT_LT(soonest, show.plan().start_n + kSampleRate);
  EXPECT_FALSE(engine->WaitsForOthers(soonest - quantum));
  EXPECT_TRUE(engine->WaitsForOthers(soonest - quantum + 1));
}

TEST(Pulse, WhatOneNodeCannotHearIsRefusedWithTheNumbers) {
  const test::TestShow show({});
  const auto program = std::make_shared<Program>();
  ASSERT_EQ(DeriveProgram(show.plan(), test::TestShow::kFohA, *program), "");
  program->received.resize(handoff::kMaxReceivedStreams + 1);
  std::string error;
  EXPECT_EQ(Engine::Make(program, show.materials(), {}, nullptr, error), nullptr);
  EXPECT_EQ(error,
            "one node has at most 160 streams to receive (channel groups counted apart), this "
            "would have 161; spread tasks or outputs over more nodes");
}

}  // namespace
}  // namespace continuo::agent::rt
