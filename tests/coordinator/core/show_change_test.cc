// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/show_change.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "coordinator/core/compile.h"
#include "coordinator/core/stage.h"
#include "dsp/graph/wire_gain.h"

namespace continuo::coordinator {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr MediaTime kAt = 48 * 1'000'000;

/// The small show plays; another one is applied.
class ShowChangeTest : public testing::Test {
 protected:
  ShowChangeTest() {
    const auto tasks = Compiled(before_, SmallAssets());
    for (const dsp::TaskDescription& task : tasks) {
      plan_.tasks.emplace_back().description = task;
      plan_.tasks.back().wanted = 2;
      last_task_ = std::max(last_task_, task.id);
    }
    plan_.outputs = {{.id = 1, .name = "foh-a", .from = IdOf("desk"), .node = 4}};
  }
  dsp::TaskId IdOf(std::string_view name) const {
    return plan::FindTask(plan_, name)->description.id;
  }
  ShowChange Apply(const Show& show) {
    return ChangeShow(plan_, before_, show, SmallAssets(), kAt, last_task_);
  }
  /// The change is made: it plays.
  void Take(const ShowChange& change) {
    plan_.tasks = change.tasks;
    plan_.outputs = change.outputs;
  }
  static const plan::Task& TaskOf(const ShowChange& change, dsp::TaskId id) {
    for (const plan::Task& task : change.tasks) {
      if (task.description.id == id) return task;
    }
    throw std::out_of_range("no such task");
  }

  static std::vector<std::string> Texts(const ShowChange& change) {
    std::vector<std::string> texts;
    for (const Difference& one : change.differences) texts.push_back(one.text);
    return texts;
  }

  Show before_ = SmallShow();
  plan::Plan plan_;
  dsp::TaskId last_task_ = 0;
};

TEST_F(ShowChangeTest, TheSameShowChangesNothing) {
  const ShowChange change = Apply(before_);
  EXPECT_THAT(change.differences, IsEmpty());
  EXPECT_THAT(change.issues, IsEmpty());
  EXPECT_EQ(change.tasks, plan_.tasks);
}

TEST_F(ShowChangeTest, AnotherParameterIsAnEventAndTouchesNoTask) {
  Show show = before_;
  show.tasks[0].params = {{"gain", -6}};
  const ShowChange change = Apply(show);
  EXPECT_EQ(change.tasks, plan_.tasks);
  ASSERT_EQ(change.commands.size(), 1u);
  EXPECT_EQ(change.commands[0].task, IdOf("drums"));
  EXPECT_EQ(change.commands[0].event.AsFloat(), -6.0f);
  EXPECT_THAT(Texts(change), ElementsAre("drums gain = -6"));
}

TEST_F(ShowChangeTest, AParameterThatIsLeftOutGoesBackToWhereItBegan) {
  Show show = before_;
  show.tasks[0].params.clear();
  ASSERT_EQ(Apply(show).commands.size(), 1u);
  EXPECT_EQ(Apply(show).commands[0].event.AsFloat(), 0.0f);
}

TEST_F(ShowChangeTest, AnotherKindIsAnotherLineageAndItsConsumersSwitchOver) {
  Show show = before_;
  show.tasks[2].kind = "delay";
  const dsp::TaskId old = IdOf("room"), desk = IdOf("desk");
  const ShowChange change = Apply(show);
  ASSERT_EQ(change.added.size(), 1u);
  EXPECT_EQ(TaskOf(change, old).span.ends, kAt + dsp::kWireFade);
  EXPECT_EQ(TaskOf(change, change.added[0]).span.begins, kAt);
  const auto& wires = TaskOf(change, desk).description.wires;
  ASSERT_EQ(wires.size(), 3u);
  EXPECT_EQ(wires[0].ends, kAt);
  EXPECT_EQ(wires[2].from, change.added[0]);
  EXPECT_EQ(wires[2].begins, kAt);
  EXPECT_EQ(TaskOf(change, IdOf("drums")), *plan::FindTask(plan_, IdOf("drums")))
      << "what did not change is not touched";
  EXPECT_THAT(Texts(change), testing::Contains(HasSubstr("crossfade")));
}

TEST_F(ShowChangeTest, AWireIsPulledOutAndPluggedInAgain) {
  Show show = before_;
  show.tasks[3].inputs = {{"room", 0}};
  ShowChange change = Apply(show);
  EXPECT_EQ(TaskOf(change, IdOf("desk")).description.wires[1].ends, kAt);
  EXPECT_EQ(TaskOf(change, IdOf("desk")).rewired, kAt);
  EXPECT_EQ(TaskOf(change, IdOf("drums")).rewired, 0);
  Take(change);
  std::swap(show, before_);
  change = ChangeShow(plan_, before_, show, SmallAssets(), kAt + 48'000, last_task_);
  const auto& wires = TaskOf(change, IdOf("desk")).description.wires;
  ASSERT_EQ(wires.size(), 3u);
  EXPECT_EQ(wires[2].begins, kAt + 48'000);
}

TEST_F(ShowChangeTest, ATaskThatIsGoneEndsAfterItsWiresHaveFaded) {
  Show show = before_;
  show.tasks[3].inputs = {{"room", 0}};
  show.tasks.erase(show.tasks.begin());
  const dsp::TaskId drums = IdOf("drums");
  const ShowChange change = Apply(show);
  EXPECT_EQ(TaskOf(change, drums).span.ends, kAt + dsp::kWireFade);
  EXPECT_THAT(change.added, IsEmpty());
}

TEST_F(ShowChangeTest, ATaskThatComesBackIsAnother) {
  Show without = before_;
  without.tasks[3].inputs = {{"room", 0}};
  without.tasks.erase(without.tasks.begin());
  const dsp::TaskId old = IdOf("drums");
  Take(Apply(without));
  const ShowChange change =
      ChangeShow(plan_, without, before_, SmallAssets(), kAt + 48'000, last_task_);
  ASSERT_EQ(change.added.size(), 1u);
  EXPECT_NE(change.added[0], old);
}

TEST_F(ShowChangeTest, AnOutputMovesWithTheTaskItPlays) {
  Show show = before_;
  show.tasks[3].channels = 2;
  show.tasks[3].kind = "gain";
  show.tasks[3].inputs = {{"room", 0}};
  const dsp::TaskId old = IdOf("desk");
  const ShowChange change = Apply(show);
  EXPECT_EQ(change.outputs[0].before, old);
  EXPECT_EQ(change.outputs[0].from, change.added.at(0));
  EXPECT_EQ(change.outputs[0].since, kAt);
}

TEST_F(ShowChangeTest, OtherNodesMakeNoOtherTask) {
  Show show = before_;
  show.tasks[0].on = {"pi-1", "pi-2"};
  const ShowChange change = Apply(show);
  EXPECT_EQ(change.tasks, plan_.tasks);
  EXPECT_THAT(Texts(change),
              ElementsAre("\"drums\" is kept on \"pi-1\" and \"pi-2\" from its next join on"));
}

TEST_F(ShowChangeTest, AFeedStaysWhereItIs) {
  Show show = before_;
  show.outputs[0].feeds[1].on = "foh-2";
  EXPECT_EQ(Apply(show).issues.size(), 1u);
}

TEST_F(ShowChangeTest, WhatCannotChangeIsRefusedAllAtOnce) {
  Show show = before_;
  show.quantum = 96;
  show.timing.playout += 480;
  show.outputs[0].feeds.pop_back();
  EXPECT_EQ(Apply(show).issues.size(), 3u);
}

TEST_F(ShowChangeTest, ALoopOfOldAndNewWiresIsRefused) {
  ShowTask trim;
  trim.name = "trim";
  trim.kind = "gain";
  trim.inputs = {{"room", 0}};
  before_.tasks.push_back(trim);
  plan_ = {};
  last_task_ = 0;
  for (const dsp::TaskDescription& task : Compiled(before_, SmallAssets())) {
    plan_.tasks.emplace_back().description = task;
    last_task_ = std::max(last_task_, task.id);
  }
  Show show = before_;
  show.tasks[4].inputs = {{"voice", 0}};
  show.tasks[2].inputs = {{"trim", 0}};  // room from trim, which it fed
  EXPECT_THAT(Apply(show).issues, testing::SizeIs(1));
}

TEST_F(ShowChangeTest, TempoAndMeterAreEventsOfTheConductor) {
  Show show = before_;
  show.tempo_mbpm = 97'000;
  show.meter_num = 3;
  const ShowChange change = Apply(show);
  ASSERT_EQ(change.commands.size(), 2u);
  EXPECT_EQ(change.commands[0].task, dsp::kConductorId);
  EXPECT_EQ(change.commands[0].event.value, 97'000);
}

TEST_F(ShowChangeTest, OtherCurvesMakeAnotherTaskOfIt) {
  ASSERT_EQ(before_.tasks[1].name, "voice");
  before_.tasks[1].automation = {{"cutoff", {{{1, 1, 0}, 200}, {{5, 1, 0}, 4000}}}};
  plan_.tasks.clear();
  last_task_ = 0;
  for (const dsp::TaskDescription& task : Compiled(before_, SmallAssets())) {
    plan_.tasks.emplace_back().description = task;
    last_task_ = std::max(last_task_, task.id);
  }
  EXPECT_THAT(Apply(before_).added, testing::IsEmpty());
  EXPECT_THAT(Apply(before_).commands, testing::IsEmpty());
  Show show = before_;
  show.tasks[1].automation[0].points[1].value = 4001;
  EXPECT_THAT(Apply(show).added, testing::SizeIs(1));
  show.tasks[1].automation.clear();
  EXPECT_THAT(Apply(show).added, testing::SizeIs(1));
}

TEST_F(ShowChangeTest, ATempoMapStaysAsItIs) {
  for (const bool had : {false, true}) {
    if (had) before_.tempo_changes = {{{5, 1, 0}, 90'000}};
    Show other = before_, first = before_, meter = before_;
    other.tempo_changes = {{{5, 1, 0}, 91'000}};
    EXPECT_THAT(Apply(other).issues, testing::SizeIs(1));
    first.tempo_mbpm = 97'000;
    EXPECT_EQ(Apply(first).issues.size(), had ? 1u : 0u) << "what is before the first change";
    meter.meter_num = 3;
    EXPECT_EQ(Apply(meter).issues.size(), had ? 1u : 0u) << "places are counted in it";
    EXPECT_THAT(Apply(before_).issues, testing::IsEmpty());
  }
}

TEST_F(ShowChangeTest, WhatIsOverIsTakenOutOnceNobodyNeedsIt) {
  Show show = before_;
  show.tasks[2].kind = "delay";
  Take(Apply(show));
  EXPECT_FALSE(TidyPlan(plan_, kAt + dsp::kWireFade + plan_.timing.playout));
  EXPECT_TRUE(TidyPlan(plan_, kAt + dsp::kWireFade + plan_.timing.playout + 2 * kSampleRate));
  EXPECT_EQ(plan_.tasks.size(), 5u);
  EXPECT_EQ(plan::FindTask(plan_, IdOf("desk"))->description.wires.size(), 2u);
  EXPECT_EQ(plan::FindTask(plan_, IdOf("desk"))->rewired, kAt) << "known for ever";
}

class LookAheadComesTest : public ShowChangeTest {
 protected:
  static ShowTask Fed(const char* name, const char* kind, std::vector<ShowWire> inputs) {
    ShowTask task;
    task.name = name;
    task.kind = kind;
    task.inputs = std::move(inputs);
    return task;
  }
};

TEST_F(LookAheadComesTest, WhatBeginsHearsAllOfItAtOneAge) {
  Show show = before_;
  show.tasks.push_back(Fed("hard", "compressor", {{"drums", 0}}));
  show.tasks.push_back(Fed("sum", "mixer", {{"drums", 0}, {"hard", 1}}));
  show.outputs[0].from = "sum";
  const ShowChange change = Apply(show);
  EXPECT_THAT(change.issues, IsEmpty());
  const auto& wires = TaskOf(change, change.added.back()).description.wires;
  ASSERT_EQ(wires.size(), 2u);
  EXPECT_EQ(wires[0].delay, 48);
  EXPECT_EQ(wires[1].delay, 0);
}

TEST_F(LookAheadComesTest, WhatPlaysAlreadyKeepsItsAge) {
  Show show = before_;
  show.tasks.push_back(Fed("hard", "compressor", {{"drums", 0}}));
  show.tasks[3].inputs[1].from = "hard";
  const ShowChange change = Apply(show);
  ASSERT_EQ(change.issues.size(), 1u);
  EXPECT_TRUE(change.issues[0].warning);
  EXPECT_EQ(change.issues[0].field, "tasks.desk.inputs");
  EXPECT_THAT(change.issues[0].text, HasSubstr("\"hard\" comes 48 samples later than what is"));
  for (const dsp::Wire& wire : TaskOf(change, IdOf("desk")).description.wires) {
    EXPECT_EQ(wire.delay, 0);
  }
}

TEST_F(LookAheadComesTest, WhatComesEarlierThanWhatPlaysThereWaits) {
  Show show = before_;
  show.tasks.push_back(Fed("hard", "compressor", {{"drums", 0}}));
  show.tasks.push_back(Fed("sum", "gain", {{"hard", 0}}));
  show.outputs[0].from = "sum";
  Take(Apply(show));
  before_ = show;
  show.tasks.back().inputs.push_back({"voice", 0});
  const ShowChange change = ChangeShow(plan_, before_, show, SmallAssets(), 2 * kAt, last_task_);
  EXPECT_THAT(change.issues, IsEmpty());
  const auto& wires = TaskOf(change, IdOf("sum")).description.wires;
  ASSERT_EQ(wires.size(), 2u);
  EXPECT_EQ(wires[1].delay, 48);
}

}  // namespace
}  // namespace continuo::coordinator
