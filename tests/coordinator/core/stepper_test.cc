// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/stepper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "coordinator/core/ports.h"
#include "coordinator/core/stage.h"

// What happened is written down before anything comes of it; what cannot be written does not happen.

namespace continuo::coordinator {
namespace {

using testing::HasSubstr;

/// In memory; takes down nothing while `fate` says so.
class Pages : public Journal {
 public:
  std::string ForEach(const std::function<void(const Input&)>& take) override {
    for (const Input& input : rows) take(input);
    return "";
  }
  Appended Append(std::uint64_t, std::span<const Input> inputs) override {
    if (fate != Appended::Fate::kDurable) return {fate, "no space left"};
    rows.insert(rows.end(), inputs.begin(), inputs.end());
    return {};
  }
  bool Confirm() override { return !another; }

  std::vector<Input> rows;
  Appended::Fate fate = Appended::Fate::kDurable;
  bool another = false;   // leads now, and nothing was written since
  Nanoseconds takes = 0;  // to write
};

/// The small show plays.
class StepperTest : public testing::Test {
 protected:
  StepperTest() {
    PlaySmallShow(stage_);
    for (const Input& input : stage_.durable()) {
      pages_.rows.push_back(input);
      Replay(state_, input);
    }
  }

  void Take(Inbox::What what) { stepper_.StepAll({{stage_.now(), std::move(what)}}); }
  bool ReplayIsEqual() const {
    State state;
    for (const Input& input : pages_.rows) Replay(state, input);
    return state.ledger == state_.ledger;
  }

  Stage stage_;
  State state_;
  Pages pages_;
  std::string said_;
  std::size_t written_ = 0;  // rows when something was said last
  Stepper stepper_{state_, pages_, [this] { return stage_.now() + pages_.takes; },
                   [this](const Effect& effect) {
                     said_ += ToText(effect, state_.ledger) + "\n";
                     written_ = pages_.rows.size();
                   }};
};

TEST_F(StepperTest, AnAnswerLeavesWhenItsQuestionIsWritten) {
  const std::size_t before = pages_.rows.size();
  Take(DrainRequested{7, "pi-1", true});
  EXPECT_THAT(said_, HasSubstr("answer 7 ok"));
  EXPECT_EQ(written_, before + 1);
  EXPECT_TRUE(ReplayIsEqual());
}

TEST_F(StepperTest, ADateThatTakesTooLongToWriteIsMissed) {
  for (const Nanoseconds takes : {Nanoseconds{1'000'000'000}, Nanoseconds{2'000'000'000}}) {
    Take(ShowStopRequested{8, ""});
    Take(ShowApplied{9, SmallShow(), "show: small", SmallAssets()});
    pages_.takes = takes;
    for (const plan::Node& node : std::as_const(state_.ledger.plan).nodes) {
      Take(AgentSpoke{stage_.ConnectionOf(node.name),
                      plan::PlanPrepared{1, state_.ledger.plan.version, ""}});
    }
    pages_.takes = 0;
    const bool missed = state_.ledger.show.state == ShowState::kDark;
    EXPECT_EQ(missed, takes > 1'500'000'000);
    EXPECT_TRUE(ReplayIsEqual());
  }
  EXPECT_THAT(said_, HasSubstr("its date was written down too late"));
}

TEST_F(StepperTest, WhatMayBeOldIsNotShownAndIsNotBuiltUpon) {
  EXPECT_TRUE(stepper_.MayShow());
  pages_.another = true;
  EXPECT_FALSE(stepper_.MayShow());
  EXPECT_NE(stepper_.deposed(), "");
  pages_.another = false;
  EXPECT_FALSE(stepper_.MayShow());
}

TEST_F(StepperTest, WhatCannotBeWrittenIsRefusedAndDoesNotHappen) {
  pages_.fate = Appended::Fate::kRefused;
  Take(DrainRequested{7, "pi-1", true, {1, 1}});
  EXPECT_THAT(said_, HasSubstr("answer 7 exhausted"));
  EXPECT_EQ(stepper_.trouble(), "no space left");
  EXPECT_TRUE(ReplayIsEqual());
  pages_.fate = Appended::Fate::kDurable;
  Take(DrainRequested{8, "pi-1", true, {1, 1}});
  EXPECT_THAT(said_, HasSubstr("answer 8 ok")) << "it was not done before";
  EXPECT_EQ(stepper_.trouble(), "");
}

/// Or a later input would do another thing in a replay: here, to heal what was never lost.
TEST_F(StepperTest, WhatHappenedUnwrittenIsWrittenBeforeAnythingElse) {
  pages_.fate = Appended::Fate::kRefused;
  Take(AgentLeft{stage_.ConnectionOf("rack-a")});
  EXPECT_FALSE(ReplayIsEqual());
  EXPECT_FALSE(stepper_.exact());
  pages_.fate = Appended::Fate::kDurable;
  Take(DrainRequested{7, "pi-1", true});
  EXPECT_TRUE(stepper_.exact());
  EXPECT_TRUE(ReplayIsEqual());
}

TEST_F(StepperTest, WhoeverWasDeposedSaysNothingMore) {
  pages_.fate = Appended::Fate::kDeposed;
  Take(DrainRequested{7, "pi-1", true});
  EXPECT_EQ(said_, "");
  EXPECT_EQ(stepper_.deposed(), "no space left");
  EXPECT_TRUE(ReplayIsEqual());
}

}  // namespace
}  // namespace continuo::coordinator
