// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "coordinator/core/placement_fixture.h"

namespace continuo::coordinator {
namespace {

using ::testing::HasSubstr;
using Nodes = std::vector<plan::NodeId>;

TEST(PlaceOne, TakesTheEmptiestNodeThatHasNoReplicaOfIt) {
  const PlacementTask task = TaskOf(1, 10), other = TaskOf(2, 20);
  Occupancy occupancy;
  Add(occupancy, task, {1, 2});
  Add(occupancy, other, {3});
  const Fleet fleet = ComputingNodes(4);
  EXPECT_EQ(PlaceOne(task, Nodes{1, 2}, fleet, occupancy).node, 4);
  EXPECT_EQ(PlaceOne(task, Nodes{1, 2}, fleet, occupancy, Nodes{4}).node, 3) << "4 is barred";
}

TEST(PlaceOne, ANodeThatHasDiedStandsForNothing) {
  const PlacementTask task = TaskOf(1, 10);
  Occupancy occupancy;
  Add(occupancy, task, {1, 7});
  const Fleet fleet = {Computing(1, "rack"), Computing(2, "rack")};
  const Choice choice = PlaceOne(task, Nodes{1, 7}, fleet, occupancy);
  EXPECT_EQ(choice.node, 2);
  EXPECT_THAT(choice.warning, HasSubstr("domain \"rack\""));
}

TEST(PlaceOne, AnotherDomainIsWorthMoreThanAnEmptierNode) {
  const PlacementTask task = TaskOf(1, 10), other = TaskOf(2, 60);
  Occupancy occupancy;
  Add(occupancy, task, {1});
  Add(occupancy, other, {3});
  const Fleet fleet = {Computing(1, "a"), Computing(2, "a"), Computing(3, "b")};
  const Choice choice = PlaceOne(task, Nodes{1}, fleet, occupancy);
  EXPECT_EQ(choice.node, 3);
  EXPECT_EQ(choice.warning, "");
}

TEST(PlaceOne, ADrainedNodeGetsNothing) {
  Fleet fleet = ComputingNodes(2);
  fleet[0].drained = true;
  EXPECT_EQ(PlaceOne(TaskOf(1, 10), Nodes{}, fleet, {}).node, 2);
}

TEST(PlaceOne, ABoardTakesOnlyWhatTheShowKeepsOnIt) {
  Fleet fleet = ComputingNodes(2);
  fleet[0].only_named = true;
  PlacementTask task = TaskOf(1, 10);
  EXPECT_EQ(PlaceOne(task, Nodes{}, fleet, {}).node, 2);
  EXPECT_EQ(WhyNot(task, 1, Nodes{}, fleet, {}),
            "\"n1\" takes only what the show keeps on it; write `on:` for \"t1\"");
  EXPECT_EQ(PlaceOne(task, Nodes{2}, fleet, {}).node, 0);
  task.on = {"n1"};
  EXPECT_EQ(PlaceOne(task, Nodes{}, fleet, {}).node, 1);
}

TEST(PlaceOne, NoPlaceSaysWhyAndWhatIsNearest) {
  const PlacementTask task = TaskOf(1, 30), other = TaskOf(2, 80);
  Occupancy occupancy;
  Add(occupancy, task, {1});
  Add(occupancy, other, {2});
  Fleet fleet = ComputingNodes(4);
  fleet[2].drained = true;
  fleet[3].can_compute = false;
  const Choice choice = PlaceOne(task, Nodes{1}, fleet, occupancy);
  EXPECT_EQ(choice.node, 0);
  EXPECT_EQ(choice.why_not,
            "there is no place for a replica of \"t1\": 1 node has one, 1 node is drained, 1 node "
            "does not compute; \"n2\" is filled to 80.0 % of its budget, and \"t1\" takes 30.0 %; "
            "make room, or start an agent on another machine");
}

TEST(PlaceOne, MemoryIsALimitWhereItIsKnown) {
  PlacementTask task = TaskOf(1, 10);
  task.memory_bytes = 300'000'000;
  Fleet fleet = ComputingNodes(2);
  fleet[0].memory_bytes = 200'000'000;
  EXPECT_EQ(PlaceOne(task, Nodes{}, fleet, {}).node, 2);
  EXPECT_EQ(WhyNot(task, 1, Nodes{}, fleet, {}),
            "\"n1\" has 200 MB of memory left, and \"t1\" takes 300 MB");
}

TEST(PlaceOne, ANodeWithAsManyReplicasAsAnAgentTakesGetsNoMore) {
  const PlacementTask task = TaskOf(1000, 10), other = TaskOf(1001, 50);
  Occupancy occupancy;
  for (const PlacementTask& cheap : CheapTasks(127)) Add(occupancy, cheap, {1});
  Add(occupancy, other, {2});
  const Fleet fleet = ComputingNodes(2);
  EXPECT_EQ(PlaceOne(task, Nodes{}, fleet, occupancy).node, 1);
  Add(occupancy, TaskOf(1002, 0), {1});
  occupancy.occupants.back().witness = true;  // counts like any other
  EXPECT_EQ(PlaceOne(task, Nodes{}, fleet, occupancy).node, 2);
  EXPECT_EQ(WhyNot(task, 1, Nodes{}, fleet, occupancy),
            "\"n1\" has 128 replicas, witnesses included, and an agent runs no more");
}

TEST(PlaceOne, ASlowMachineIsFilledByWhatItMeasured) {
  PlacementTask task = TaskOf(1, 10);
  task.kernel = 0;
  Fleet fleet = ComputingNodes(2);
  fleet[0].costs_ns = {Percent(90)};  // and a quarter on top
  fleet[1].costs_ns = {Percent(70)};
  EXPECT_EQ(PlaceOne(task, Nodes{}, fleet, {}).node, 2);
  EXPECT_THAT(WhyNot(task, 1, Nodes{}, fleet, {}), HasSubstr("takes 112.5 %"));
}

TEST(PlaceOne, ANamedNodeThatCannotIsToldWhy) {
  const PlacementTask task = TaskOf(1, 50), other = TaskOf(2, 60);
  Occupancy occupancy;
  Add(occupancy, task, {1});
  Add(occupancy, other, {2});
  Fleet fleet = ComputingNodes(5);
  fleet[2].drained = true;
  fleet[3].can_compute = false;
  const auto why_not = [&](plan::NodeId node) {
    return WhyNot(task, node, Nodes{1}, fleet, occupancy);
  };
  EXPECT_THAT(why_not(1), HasSubstr("has a replica of \"t1\" already"));
  EXPECT_THAT(why_not(2), HasSubstr("filled to 60.0 %"));
  EXPECT_THAT(why_not(3), HasSubstr("is drained"));
  EXPECT_THAT(why_not(4), HasSubstr("does not compute"));
  EXPECT_EQ(why_not(5), "");
  EXPECT_THAT(why_not(9), HasSubstr("not here"));
}

}  // namespace
}  // namespace continuo::coordinator
