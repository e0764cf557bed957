// SPDX-License-Identifier: Apache-2.0
#include "proto/plan/validate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/plan/example_plan.h"

namespace continuo::plan {
namespace {

using ::testing::HasSubstr;

class ValidateTest : public ::testing::Test {
 protected:
  void Refused(const char* because) const { EXPECT_THAT(Validate(plan_), HasSubstr(because)); }
  Plan plan_ = ExamplePlan::Make();
};

TEST_F(ValidateTest, TheExampleCanBePlayed) {
  EXPECT_EQ(Validate(plan_), "");
}

TEST_F(ValidateTest, AnUndatedPlanCanBePrepared) {
  plan_.start_n = 0;
  EXPECT_EQ(Validate(plan_), "");
}

TEST_F(ValidateTest, ThePlanHasATermAndAVersion) {
  plan_.term = 0;
  Refused("no term");
}

TEST_F(ValidateTest, OtherQuantaAreRefused) {
  plan_.quantum = 50;
  Refused("quantum of 50");
}

TEST_F(ValidateTest, TheStartLiesOnTheGrid) {
  plan_.start_n += 1;
  Refused("multiple of the quantum");
}

TEST_F(ValidateTest, TheSessionBeginsWithThePlan) {
  plan_.session.n0 += 48;
  Refused("session does not begin");
  plan_.session.tempo_mbpm = 0;
  Refused("session has a field out of range");
}

TEST_F(ValidateTest, NobodyIsFurtherAheadThanTheConductorNorBeyondTheRings) {
  plan_.tasks[0].lead = plan_.tasks[1].lead = FramesOfMs(1500);
  EXPECT_EQ(Validate(plan_), "");
  plan_.tasks[0].lead = FramesOfMs(1499);
  Refused("further ahead than the conductor");
  plan_.tasks[0].lead = plan_.tasks[1].lead = FramesOfMs(1800);
  Refused("2 s that a ring holds");
}

TEST_F(ValidateTest, AnOffsetFitsIntoTheRings) {
  plan_.outputs[0].offset = FramesOfMs(1000);
  EXPECT_EQ(Validate(plan_), "");
  plan_.tasks[0].lead = FramesOfMs(1500);
  Refused("an offset that does not fit");
  plan_.tasks[0].lead = 0;
  plan_.outputs[0].offset = -1;
  Refused("an offset that does not fit");
}

TEST_F(ValidateTest, TimingThatCannotWorkIsRefused) {
  plan_.timing.silence = plan_.timing.promise;
  Refused("promise must be above silence");
  plan_.timing = {};
  plan_.timing.lead = plan_.timing.promise - 1;
  Refused("lead must not be below promise");
  plan_.timing = {};
  plan_.timing.repair_after = plan_.timing.playout / 2;
  Refused("repair_after");
  plan_.timing = {};
  plan_.timing.playout = FramesOfMs(1900);
  Refused("2 s");
}

TEST_F(ValidateTest, NodesAreInOrderWithNamesAndAddresses) {
  plan_.nodes[2].id = 2;
  Refused("order of their ids");
  plan_ = ExamplePlan::Make();
  plan_.nodes[2].name = plan_.nodes[1].name;
  Refused("no name of its own");
  plan_ = ExamplePlan::Make();
  plan_.nodes[2].networks.clear();
  Refused("node \"pi-3\" has no address");
}

TEST_F(ValidateTest, ThePlanBeginsWithTheConductor) {
  plan_.tasks.erase(plan_.tasks.begin());
  Refused("conductor");
}

TEST_F(ValidateTest, IdsAndNamesOfTasksAreTheirOwn) {
  plan_.tasks[2].description.id = 10;
  Refused("id of another task");
  plan_ = ExamplePlan::Make();
  plan_.tasks[2].description.name = "drums";
  Refused("name of another task");
}

TEST_F(ValidateTest, ACycleIsRefused) {
  plan_.tasks[3].description.wires[0].from = 13;
  Refused("task \"reverb\" has a wire from task \"master\", which does not come before it");
  plan_.tasks[3].description.wires[0].from = 12;
  Refused("which does not come before it");
}

TEST_F(ValidateTest, AWireHasTwoEnds) {
  plan_.tasks[3].description.wires[0].from = 99;
  Refused("not in the plan");
  plan_ = ExamplePlan::Make();
  plan_.tasks[3].description.wires[0].port = 1;
  Refused("no input port 2");
  plan_ = ExamplePlan::Make();
  plan_.tasks[3].description.wires[0].from = dsp::kConductorId;
  Refused("wire from the conductor");
}

TEST_F(ValidateTest, ADelayOfAWireIsBounded) {
  plan_.tasks[3].description.wires[0].delay = dsp::kMaxWireDelay;
  EXPECT_EQ(Validate(plan_), "");
  for (const Frames delay : {Frames{-1}, dsp::kMaxWireDelay + 1}) {
    plan_.tasks[3].description.wires[0].delay = delay;
    Refused("samples; 0 to 8192 are possible");
  }
}

TEST_F(ValidateTest, AWireJoinsEqualChannelCounts) {
  plan_.tasks[1].description.channels = 1;
  Refused("joins 1 channels to 2");
}

TEST_F(ValidateTest, ReplicasAreOnDifferentNodesOfThePlan) {
  plan_.tasks[1].replicas[1].node = 9;
  Refused("node that is not in the plan");
  plan_.tasks[1].replicas[1].node = plan_.tasks[1].replicas[0].node;
  Refused("runs twice on one node");
  plan_.tasks[1].replicas.clear();
  Refused("task \"drums\" runs nowhere");
}

TEST_F(ValidateTest, NoMoreReplicasThanAMergeHasLegsFor) {
  plan_.tasks[1] = ExamplePlan::MakeTask(10, "drums", {}, {1, 2, 3, 4, 5, 6, 7});
  Refused("more than 6 replicas");
}

TEST_F(ValidateTest, IncarnationsThatLookAlikeInAPacketAreRefused) {
  plan_.tasks[1].replicas[0].incarnation = 0x10002;
  plan_.tasks[1].replicas[1].incarnation = 0x00002;
  Refused("could not be told apart");
  plan_.tasks[1].replicas[0].incarnation = 0;
  Refused("without an incarnation");
}

TEST_F(ValidateTest, SomebodyStays) {
  for (Replica& replica : plan_.tasks[1].replicas) replica.leaving = true;
  Refused("all replicas of task \"drums\" are leaving");
  plan_.tasks[1].replicas.back() = {.node = 3, .incarnation = 7, .origin = Origin::kJoiner};
  EXPECT_EQ(Validate(plan_), "") << "a joiner stays";
}

TEST_F(ValidateTest, NobodyWantsNoReplicaOrMoreThanATaskCanHave) {
  for (const int wanted : {0, -1, 7}) {
    plan_.tasks[1].wanted = wanted;
    Refused("wants");
  }
}

TEST_F(ValidateTest, ARunBeginsWithItsFirstPlan) {
  plan_.run = plan_.version;
  EXPECT_EQ(Validate(plan_), "");
  plan_.run = plan_.version + 1;
  Refused("older than the run");
}

TEST_F(ValidateTest, OutputsPlayATaskSomewhere) {
  plan_.outputs[1].node = 77;
  Refused("output \"b\" is on a node");
  plan_.outputs[1].from = 77;
  Refused("plays a task");
  plan_.outputs[1].id = plan_.outputs[0].id;
  Refused("of its own");
}

TEST_F(ValidateTest, TaskBeginsAndEndsOnTheGrid) {
  plan_.tasks[2].span = {.begins = plan_.start_n + 48, .ends = plan_.start_n + 96};
  EXPECT_EQ(Validate(plan_), "");
  plan_.tasks[2].span.begins += 1;
  Refused("between two packets");
  plan_.tasks[2].span = {.begins = 96, .ends = 96};
  Refused("ends before it begins");
}

TEST_F(ValidateTest, ATaskThatEndsMayHaveTheNameOfItsSuccessor) {
  plan_.tasks[2].description.name = "drums";
  Refused("name of another");
  plan_.tasks[1].span.ends = plan_.start_n + 480;
  EXPECT_EQ(Validate(plan_), "");
  EXPECT_EQ(FindTask(plan_, std::string_view("drums")), &plan_.tasks[2]);
}

TEST_F(ValidateTest, OutputMovesBetweenTasksOfEqualChannels) {
  plan_.outputs[0].before = 12;
  plan_.outputs[0].since = plan_.start_n + 480;
  EXPECT_EQ(Validate(plan_), "");
  plan_.outputs[0].before = 99;
  Refused("not in the plan");
  plan_.outputs[0].before = 12;
  plan_.tasks[3].description.channels = 1;
  plan_.tasks[3].description.wires.clear();
  plan_.tasks[4].description.wires.resize(2);
  Refused("other channels");
}

}  // namespace
}  // namespace continuo::plan
