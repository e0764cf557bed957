// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <set>

#include "coordinator/core/big_fleet.h"
#include "coordinator/core/evacuation.h"
#include "coordinator/core/n_plus_one.h"

namespace continuo::coordinator {
namespace {

class PlacementScaleTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    big_ = new BigFleet;
    placement_ = new Placement(Place(big_->tasks, {}, big_->fleet));
    occupancy_ = new Occupancy(OccupancyOf(*placement_, big_->tasks, big_->fleet));
  }
  static void TearDownTestSuite() {
    delete occupancy_;
    delete placement_;
    delete big_;
  }
  static BigFleet* big_;
  static Placement* placement_;
  static Occupancy* occupancy_;
};
BigFleet* PlacementScaleTest::big_ = nullptr;
Placement* PlacementScaleTest::placement_ = nullptr;
Occupancy* PlacementScaleTest::occupancy_ = nullptr;

TEST_F(PlacementScaleTest, TenThousandTasksArePlacedApartAndNoNodeIsOverfilled) {
  EXPECT_EQ(placement_->error, "");
  EXPECT_EQ(Fault(*occupancy_, big_->tasks, big_->fleet), "");
}

TEST_F(PlacementScaleTest, TheSameWishOnTheSameFleetGivesTheSameAnswer) {
  const BigFleet again;
  EXPECT_EQ(Place(again.tasks, {}, again.fleet).replicas, placement_->replicas);
}

TEST_F(PlacementScaleTest, ADeathIsMadeGoodAndNothingElseMoves) {
  for (plan::NodeId dead = 1; dead <= 1000; dead = static_cast<plan::NodeId>(dead + 97)) {
    const Evacuation evacuation = Evacuate(dead, big_->tasks, big_->fleet, *occupancy_);
    EXPECT_TRUE(evacuation.stranded.empty());
    std::size_t held = 0;
    for (const Occupant& occupant : occupancy_->occupants) held += occupant.node == dead ? 1 : 0;
    EXPECT_EQ(evacuation.moves.size(), held);
    Occupancy after = *occupancy_;
    for (Occupant& occupant : after.occupants) {
      for (const Move& move : evacuation.moves) {
        if (occupant.task != move.task || occupant.node != move.from) continue;
        occupant.node = move.to;
        occupant.cost_ns = CostOn(big_->tasks[move.task - 1], big_->fleet[move.to - 1u]);
        break;
      }
    }
    EXPECT_EQ(Fault(after, big_->tasks, big_->fleet), "") << "after the death of node " << dead;
  }
}

TEST_F(PlacementScaleTest, EveryDeathCanBeBorne) {
  const Spareness spareness = CheckNPlusOne(big_->tasks, big_->fleet, *occupancy_);
  EXPECT_EQ(spareness.error, "");
}

}  // namespace
}  // namespace continuo::coordinator
