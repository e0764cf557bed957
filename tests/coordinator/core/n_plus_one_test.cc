// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/n_plus_one.h"

#include <gmock/gmock.h>

#include <random>

#include "coordinator/core/admission.h"
#include "coordinator/core/evacuation.h"
#include "coordinator/core/packing.h"
#include "coordinator/core/placement_fixture.h"
#include "coordinator/core/roster.h"

namespace continuo::coordinator {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(NPlusOne, ThreeNodesThatCouldNotTakeOverFromOneAreRefusedWithTheNumbers) {
  // Each is filled to 80 %: it fits, until one dies.
  std::vector<PlacementTask> tasks;
  for (dsp::TaskId id = 1; id <= 3; ++id) tasks.push_back(TaskOf(id, 40));
  const Fleet fleet = ComputingNodes(3);
  EXPECT_EQ(Place(tasks, 0, fleet).error, "");
  EXPECT_THAT(Admit(tasks, {}, fleet).error,
              AllOf(HasSubstr("death of \"n1\""), HasSubstr("filled to 80.0 %"),
                    HasSubstr("takes 40.0 %"), HasSubstr("2 other nodes")));
}

TEST(NPlusOne, ThreeNodesThatCouldAreAdmittedWithoutAWord) {
  std::vector<PlacementTask> tasks;
  for (dsp::TaskId id = 1; id <= 3; ++id) tasks.push_back(TaskOf(id, 30));
  const Placement placement = Admit(tasks, {}, ComputingNodes(3));
  EXPECT_EQ(placement.error, "");
  EXPECT_THAT(placement.warnings, IsEmpty());
}

TEST(NPlusOne, WhatDiesMustFindAgentsThatTakeMoreReplicas) {
  EXPECT_EQ(Admit(CheapTasks(128), {}, ComputingNodes(3)).error, "");  // 85, and 43 of the dead
  EXPECT_THAT(Admit(CheapTasks(140), {}, ComputingNodes(3)).error,
              AllOf(HasSubstr("nothing makes good the death of"), HasSubstr("has 128 replicas")));
}

TEST(NPlusOne, TwoNodesHaveNoSpareByNatureAndOnlySaySo) {
  const Placement placement = Admit({TaskOf(1, 60)}, {}, ComputingNodes(2));
  EXPECT_EQ(placement.error, "");
  EXPECT_THAT(placement.warnings,
              ElementsAre(AllOf(HasSubstr("no spare node"), HasSubstr("\"t1\""))));
}

TEST(NPlusOne, WhatIsOfTierTwoMayBeLostAndThatIsSaid) {
  std::vector<PlacementTask> tasks = {TaskOf(1, 40), TaskOf(2, 45, 1)};
  tasks[1].tier = 2;
  const Fleet fleet = ComputingNodes(2);
  Occupancy occupancy;
  Add(occupancy, tasks[0], {1, 2});
  Add(occupancy, tasks[1], {1});
  EXPECT_EQ(CheckNPlusOne(tasks, fleet, occupancy).error, "");
  tasks[0].cost_ns = Percent(60);  // now there is no room for t2 on n2
  Add(occupancy, TaskOf(3, 20), {2});
  const Spareness spareness = CheckNPlusOne(tasks, fleet, occupancy);
  EXPECT_EQ(spareness.error, "");
  EXPECT_THAT(spareness.warnings, ElementsAre(HasSubstr("no spare"), HasSubstr("tier 2: \"t2\"")));
}

TEST(NPlusOne, AThirdReplicaIsGivenUpBeforeTheShowIsRefused) {
  std::vector<PlacementTask> tasks = {TaskOf(1, 60, 3), TaskOf(2, 60, 1)};
  tasks[0].replicas_min = 2;  // the third would take the room that t2 needs when its node dies
  const Placement placement = Admit(tasks, {}, ComputingNodes(4));
  EXPECT_EQ(placement.error, "");
  EXPECT_EQ(placement.replicas[0].size(), 2u);
  EXPECT_THAT(placement.warnings, ElementsAre(HasSubstr("third replica")));
}

TEST(NPlusOne, AThirdReplicaIsPlacedWhereThereIsRoom) {
  std::vector<PlacementTask> tasks = {TaskOf(1, 20, 3), TaskOf(2, 20)};
  tasks[0].replicas_min = 2;
  const Placement placement = Admit(tasks, {}, ComputingNodes(3));
  EXPECT_EQ(placement.error, "");
  EXPECT_EQ(placement.replicas[0].size(), 3u);
  EXPECT_THAT(placement.warnings, IsEmpty()) << "two are left when one dies, and two it needs";
}

TEST(NPlusOne, AWitnessTakesItsTaskUpWhereItIs) {
  const std::vector<PlacementTask> tasks = {TaskOf(1, 20, 1)};
  Occupancy occupancy;
  Add(occupancy, tasks[0], {1});
  occupancy.occupants.push_back({.task = 1, .node = 2, .witness = true, .fixed = true});
  const Spareness spareness = CheckNPlusOne(tasks, ComputingNodes(2), occupancy);
  EXPECT_EQ(spareness.error, "");
  EXPECT_THAT(spareness.warnings, IsEmpty());
}

TEST(NPlusOne, ADomainWhoseDeathCouldNotBeBorneIsSaid) {
  std::vector<PlacementTask> tasks;
  for (dsp::TaskId id = 1; id <= 6; ++id) tasks.push_back(TaskOf(id, 30));
  Fleet fleet;
  for (plan::NodeId id = 1; id <= 6; ++id) fleet.push_back(Computing(id, id <= 3 ? "red" : "blue"));
  const Placement placement = Admit(tasks, {}, fleet);
  EXPECT_EQ(placement.error, "");
  EXPECT_THAT(placement.warnings, ElementsAre(HasSubstr("death of the domain \"blue\""),
                                              HasSubstr("death of the domain \"red\"")));
}

/// Nodes whose death leaves something without a place, each death tried.
int Unbearable(const std::vector<PlacementTask>& tasks, const Fleet& fleet,
               const Occupancy& occupancy) {
  const Roster roster(tasks, occupancy);
  Packing packing(fleet, occupancy);
  return static_cast<int>(std::ranges::count_if(fleet, [&](const FleetNode& node) {
    const Evacuation gone = EvacuateOnto(packing, roster, {&node.id, 1}, true);
    return std::ranges::any_of(gone.stranded, [&](const Stranded& stranded) {
      return stranded.by_room && !stranded.spare && roster.Find(stranded.task)->tier != 2;
    });
  }));
}

TEST(NPlusOne, NodesThatAreNotTriedCouldIndeedDie) {
  std::mt19937 dice(1);
  const auto below = [&dice](int n) {
    return static_cast<int>(dice() % static_cast<unsigned int>(n));
  };
  int refused = 0;
  for (int round = 0; round < 300; ++round) {
    Fleet fleet = ComputingNodes(3 + below(30));
    for (FleetNode& node : fleet) {
      node.memory_bytes = below(3) == 0 ? 1000 : 0;
      node.only_named = below(8) == 0;
      node.drained = below(12) == 0;
      for (int kernel = 0; kernel < 2; ++kernel) node.costs_ns.push_back(Percent(below(40)));
    }
    std::vector<PlacementTask> tasks;
    for (int i = below(3 * static_cast<int>(fleet.size())); i >= 0; --i) {
      PlacementTask& task = tasks.emplace_back(
          TaskOf(static_cast<dsp::TaskId>(tasks.size() + 1), 1 + below(50), 1 + below(3)));
      task.tier = below(3);
      task.memory_bytes = below(400);
      task.kernel = below(3) - 1;
      if (below(10) == 0) task.on = {"n1", "n2", "n3"};
    }
    const Placement placement = Place(tasks, 0, fleet);
    if (!placement.error.empty()) continue;
    const Occupancy occupancy = OccupancyOf(placement, tasks, fleet);
    const int unbearable = Unbearable(tasks, fleet, occupancy);
    refused += unbearable != 0;
    EXPECT_EQ(CheckNPlusOne(tasks, fleet, occupancy).error.empty(), unbearable == 0) << round;
  }
  EXPECT_GT(refused, 20);
}

}  // namespace
}  // namespace continuo::coordinator
