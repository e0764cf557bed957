// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/evacuation.h"

#include <gmock/gmock.h>

#include "coordinator/core/placement_fixture.h"

namespace continuo::coordinator {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(Evacuation, TwoReplicasFromOneNodeDoNotFightForTheSameRoom) {
  const std::vector<PlacementTask> tasks = {TaskOf(1, 60, 1), TaskOf(2, 40, 1), TaskOf(3, 50, 1)};
  Occupancy occupancy;
  Add(occupancy, tasks[0], {1});
  Add(occupancy, tasks[1], {1});
  Add(occupancy, tasks[2], {2});
  const Evacuation evacuation = Evacuate(1, tasks, ComputingNodes(3), occupancy);
  ASSERT_THAT(evacuation.moves, SizeIs(2));
  EXPECT_EQ(evacuation.moves[0].task, 1u) << "the dearest chooses first";
  EXPECT_EQ(evacuation.moves[0].to, 3);
  EXPECT_EQ(evacuation.moves[1].to, 2);
}

TEST(Evacuation, NothingGoesWhereItIsAlready) {
  const std::vector<PlacementTask> tasks = {TaskOf(1, 10)};
  Occupancy occupancy;
  Add(occupancy, tasks[0], {1, 2});
  const Evacuation evacuation = Evacuate(1, tasks, ComputingNodes(2), occupancy);
  EXPECT_THAT(evacuation.moves, IsEmpty());
  ASSERT_THAT(evacuation.stranded, SizeIs(1));
  EXPECT_FALSE(evacuation.stranded[0].by_room) << "there is no other node";
}

TEST(Evacuation, ForWantOfRoomTheLowestTierIsStranded) {
  std::vector<PlacementTask> tasks = {TaskOf(1, 50, 1), TaskOf(2, 60, 1), TaskOf(3, 30, 1)};
  tasks[0].tier = 0;
  tasks[1].tier = 2;
  Occupancy occupancy;
  Add(occupancy, tasks[0], {1});
  Add(occupancy, tasks[1], {1});
  Add(occupancy, tasks[2], {2});
  const Evacuation evacuation = Evacuate(1, tasks, ComputingNodes(2), occupancy);
  ASSERT_THAT(evacuation.moves, SizeIs(1));
  EXPECT_EQ(evacuation.moves[0].task, 1u);
  ASSERT_THAT(evacuation.stranded, SizeIs(1));
  EXPECT_TRUE(evacuation.stranded[0].by_room);
  EXPECT_THAT(evacuation.stranded[0].reason, HasSubstr("\"n2\" is filled to 80.0 %"));
}

TEST(Evacuation, AReplicaBeyondNeedIsSpare) {
  std::vector<PlacementTask> tasks = {TaskOf(1, 10, 3)};
  tasks[0].replicas_min = 2;
  Occupancy occupancy;
  Add(occupancy, tasks[0], {1, 2, 3});
  const Evacuation evacuation = Evacuate(1, tasks, ComputingNodes(3), occupancy);
  ASSERT_THAT(evacuation.stranded, SizeIs(1));
  EXPECT_TRUE(evacuation.stranded[0].spare);
}

TEST(Evacuation, ADeadNodeNeedNotBeInTheFleet) {
  const std::vector<PlacementTask> tasks = {TaskOf(1, 10)};
  Occupancy occupancy;
  Add(occupancy, tasks[0], {1, 9});
  const Evacuation evacuation = Evacuate(9, tasks, ComputingNodes(3), occupancy);
  ASSERT_THAT(evacuation.moves, SizeIs(1));
  EXPECT_EQ(evacuation.moves[0].to, 2);
}

}  // namespace
}  // namespace continuo::coordinator
