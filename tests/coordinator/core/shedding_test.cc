// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/shedding.h"

#include <gmock/gmock.h>

#include "coordinator/core/placement_fixture.h"

namespace continuo::coordinator {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

PlacementTask OfTier(int tier, dsp::TaskId id, int percent, int replicas = 2) {
  PlacementTask task = TaskOf(id, percent, replicas);
  task.tier = tier;
  return task;
}

TEST(Shedding, TierTwoGoesFirstAndTierZeroNever) {
  const std::vector<PlacementTask> tasks = {OfTier(0, 1, 40), OfTier(1, 2, 30), OfTier(2, 3, 30),
                                            OfTier(1, 4, 25, 1)};
  Occupancy occupancy;
  Add(occupancy, tasks[0], {1});
  Add(occupancy, tasks[1], {1, 2});
  Add(occupancy, tasks[2], {1, 2});
  const Shedding shedding = Shed(tasks[3], {}, tasks, ComputingNodes(1), occupancy);
  EXPECT_EQ(shedding.node, 1);
  EXPECT_THAT(shedding.tasks, ElementsAre(3u));
}

TEST(Shedding, NothingIsShedForWhatHasAReplicaLeftIfItWouldSilenceAnother) {
  const std::vector<PlacementTask> tasks = {OfTier(1, 1, 60), OfTier(2, 2, 60, 1)};
  Occupancy occupancy;
  Add(occupancy, tasks[0], {1});
  Add(occupancy, tasks[1], {2});
  EXPECT_EQ(Shed(tasks[0], {1}, tasks, ComputingNodes(2), occupancy).node, 0);
  occupancy.occupants.erase(occupancy.occupants.begin());
  const Shedding shedding = Shed(tasks[0], {}, tasks, {Computing(2)}, occupancy);
  EXPECT_EQ(shedding.node, 2) << "t1 is silent, and stands above t2";
  EXPECT_THAT(shedding.tasks, ElementsAre(2u));
}

TEST(Shedding, TierZeroStaysEvenForTierZero) {
  const std::vector<PlacementTask> tasks = {OfTier(0, 1, 60), OfTier(0, 2, 60)};
  Occupancy occupancy;
  Add(occupancy, tasks[0], {1});
  EXPECT_EQ(Shed(tasks[1], {}, tasks, ComputingNodes(1), occupancy).node, 0);
}

TEST(Shedding, ASecondReplicaIsWorthLessThanASilentTaskOfItsTier) {
  const std::vector<PlacementTask> tasks = {OfTier(1, 1, 60), OfTier(1, 2, 60)};
  Occupancy occupancy;
  Add(occupancy, tasks[0], {1, 2});
  const Shedding shedding = Shed(tasks[1], {}, tasks, ComputingNodes(2), occupancy);
  EXPECT_EQ(shedding.node, 1);
  EXPECT_THAT(shedding.tasks, ElementsAre(1u));
}

TEST(Shedding, WhereThereIsRoomNothingIsShed) {
  const std::vector<PlacementTask> tasks = {OfTier(1, 1, 60), OfTier(2, 2, 30)};
  Occupancy occupancy;
  Add(occupancy, tasks[1], {1});
  const Shedding shedding = Shed(tasks[0], {}, tasks, ComputingNodes(1), occupancy);
  EXPECT_EQ(shedding.node, 1);
  EXPECT_THAT(shedding.tasks, IsEmpty());
}

}  // namespace
}  // namespace continuo::coordinator
