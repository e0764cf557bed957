// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <algorithm>
#include <random>

#include "coordinator/core/admission.h"
#include "coordinator/core/evacuation.h"
#include "coordinator/core/placement_fixture.h"

// Tasks and feeds that the show keeps on nodes that it names.

namespace continuo::coordinator {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using Nodes = std::vector<plan::NodeId>;

PlacementTask KeptOn(std::vector<std::string> on, PlacementTask task) {
  task.on = std::move(on);
  return task;
}

TEST(KeptTask, GoesToNoOtherNodeHoweverEmpty) {
  const PlacementTask task = KeptOn({"n2", "n3"}, TaskOf(1, 30)), other = TaskOf(2, 80);
  Occupancy occupancy;
  Add(occupancy, task, {2});
  EXPECT_EQ(PlaceOne(task, Nodes{2}, ComputingNodes(4), occupancy).node, 3);
  Add(occupancy, other, {3});
  const Choice choice = PlaceOne(task, Nodes{2}, ComputingNodes(4), occupancy);
  EXPECT_EQ(choice.node, 0);
  EXPECT_EQ(choice.why_not,
            "there is no place for a replica of \"t1\", which the show keeps on \"n2\" and \"n3\": "
            "1 node has one; \"n3\" is filled to 80.0 % of its budget, and \"t1\" takes 30.0 %; "
            "make room there, or apply a show that names more nodes");
}

TEST(KeptTask, WaitsForANodeThatIsAway) {
  const PlacementTask task = KeptOn({"n2", "n9"}, TaskOf(1, 30));
  EXPECT_THAT(PlaceOne(task, Nodes{2}, ComputingNodes(4), {}).why_not,
              HasSubstr("1 node has one, \"n9\" is not here; make room"));
}

TEST(KeptTask, ANodeThatIsNotNamedIsRefusedWithThoseThatAre) {
  const PlacementTask task = KeptOn({"n1", "n2"}, TaskOf(1, 10));
  EXPECT_EQ(WhyNot(task, 3, Nodes{1}, ComputingNodes(3), {}),
            "the show keeps \"t1\" on \"n1\" and \"n2\"");
  EXPECT_EQ(WhyNot(task, 2, Nodes{1}, ComputingNodes(3), {}), "");
}

TEST(KeptTask, IsPlacedBeforeWhatMayRunAnywhere) {
  // The dearest would take n1, where alone t2 can be.
  const std::vector<PlacementTask> tasks = {TaskOf(1, 60, 1), KeptOn({"n1"}, TaskOf(2, 50, 1))};
  const Placement placement = Place(tasks, 0, ComputingNodes(2));
  EXPECT_EQ(placement.error, "");
  EXPECT_THAT(placement.replicas, ElementsAre(Nodes{2}, Nodes{1}));
}

TEST(KeptTask, TooLittleRoomThereSaysWhereItIsKept) {
  const std::vector<PlacementTask> tasks = {KeptOn({"n1"}, TaskOf(1, 60, 1)),
                                            KeptOn({"n1"}, TaskOf(2, 50, 1))};
  EXPECT_THAT(Place(tasks, 0, ComputingNodes(3)).error,
              HasSubstr("of \"t2\", which the show keeps on \"n1\", there is room for 0 of 1"));
}

TEST(KeptTask, NeverRunsElsewhereWhateverThereIs) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    std::mt19937 random(seed);
    const Fleet fleet = ComputingNodes(2 + static_cast<int>(random() % 5));
    std::vector<PlacementTask> tasks;
    for (dsp::TaskId id = 1; id <= 8; ++id) {
      tasks.push_back(TaskOf(id, 1 + static_cast<int>(random() % 20), 1 + random() % 2));
      for (const FleetNode& node : fleet) {
        if (random() % 2 == 0) tasks.back().on.push_back(node.name);
      }
    }
    const Placement placement = Place(tasks, 0, fleet);
    for (std::size_t i = 0; i < tasks.size(); ++i) {
      for (const plan::NodeId node : placement.replicas[i]) {
        EXPECT_TRUE(MayRunOn(tasks[i].on, FindNode(fleet, node)->name)) << "seed " << seed;
      }
    }
    if (!placement.error.empty()) continue;
    const Occupancy occupancy = OccupancyOf(placement, tasks, fleet);
    std::vector<Move> moves = Evacuate(1, tasks, fleet, occupancy).moves;
    for (Move& move : Rebalance(tasks, fleet, occupancy, {.full = 5, .relieved = 5, .spread = 1})) {
      moves.push_back(std::move(move));
    }
    for (const Move& move : moves) {
      EXPECT_TRUE(MayRunOn(tasks[move.task - 1].on, FindNode(fleet, move.to)->name))
          << "seed " << seed;
    }
  }
}

TEST(KeptTask, AFullNodeIsNotRelievedByWhatMustStay) {
  const std::vector<PlacementTask> tasks = {KeptOn({"n1"}, TaskOf(1, 50, 1)), TaskOf(2, 45, 1)};
  Occupancy occupancy;
  Add(occupancy, tasks[0], {1});
  Add(occupancy, tasks[1], {1});
  const std::vector<Move> moves = Rebalance(tasks, ComputingNodes(2), occupancy);
  ASSERT_THAT(moves, SizeIs(1));
  EXPECT_EQ(moves[0].task, 2u);
}

TEST(KeptTask, WithoutASpareAmongItsNodesTheShowPlaysAndSaysSo) {
  const Placement placement =
      Admit({KeptOn({"n1", "n2"}, TaskOf(1, 60)), TaskOf(2, 10)}, {}, ComputingNodes(4));
  EXPECT_EQ(placement.error, "");
  EXPECT_THAT(placement.warnings, ElementsAre(AllOf(HasSubstr("no spare node"), HasSubstr("\"t1\""),
                                                    Not(HasSubstr("\"t2\"")))));
}

TEST(KeptFeed, IsOnItsNodeAndTheOthersShareTheRest) {
  Fleet fleet = ComputingNodes(4);
  for (FleetNode& node : fleet) node.can_output = true;
  const std::vector<PlacementTask> tasks = {TaskOf(1, 10)};
  const FeedNodes feeds = {"", "n1", ""};
  const Placement placement = Place(tasks, feeds, fleet);
  ASSERT_THAT(placement.outputs, SizeIs(3));
  EXPECT_EQ(placement.outputs[1], 1);
  EXPECT_EQ(std::count(placement.outputs.begin(), placement.outputs.end(), 1), 1);
}

TEST(KeptFeed, ANodeThatCannotRecordIsNoPlace) {
  Fleet fleet = ComputingNodes(3);
  fleet[0].can_output = true;
  const std::vector<PlacementTask> tasks = {TaskOf(1, 10)};
  EXPECT_THAT(Place(tasks, FeedNodes{"n2"}, fleet).error, HasSubstr("not enough nodes"));
  EXPECT_EQ(Place(tasks, FeedNodes{"n1"}, fleet).error, "");
}

}  // namespace
}  // namespace continuo::coordinator
