// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/rebalance.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <random>

#include "coordinator/core/placement_fixture.h"

namespace continuo::coordinator {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::map<plan::NodeId, std::int64_t> LoadsOf(const Occupancy& occupancy, const Fleet& fleet) {
  std::map<plan::NodeId, std::int64_t> loads;
  for (const FleetNode& node : fleet) loads[node.id] = 0;
  for (const Occupant& occupant : occupancy.occupants) loads[occupant.node] += occupant.cost_ns;
  return loads;
}

bool Has(const Occupancy& occupancy, dsp::TaskId task, plan::NodeId node) {
  return std::any_of(
      occupancy.occupants.begin(), occupancy.occupants.end(),
      [&](const Occupant& occupant) { return occupant.task == task && occupant.node == node; });
}

void Carry(Occupancy& occupancy, const std::vector<Move>& moves) {
  for (const Move& move : moves) {
    for (Occupant& occupant : occupancy.occupants) {
      if (occupant.task == move.task && occupant.node == move.from) occupant.node = move.to;
    }
  }
}

/// Tasks with their replicas wherever the seed says, and what was measured.
struct Scatter {
  explicit Scatter(unsigned seed) : fleet(ComputingNodes(3 + static_cast<int>(seed % 6))) {
    std::mt19937 random(seed);
    const auto below = [&random](std::size_t limit) { return random() % limit; };
    const std::size_t count = 2 * fleet.size() + below(12);
    for (std::size_t i = 0; i < count; ++i) {
      tasks.push_back(TaskOf(static_cast<dsp::TaskId>(i + 1), 2 + static_cast<int>(below(15)), 2));
      const std::size_t a = below(fleet.size());
      const std::size_t b = (a + 1 + below(fleet.size() - 1)) % fleet.size();
      Add(occupancy, tasks.back(), {fleet[a].id, fleet[b].id});
    }
  }
  Fleet fleet;
  std::vector<PlacementTask> tasks;
  Occupancy occupancy;
};

TEST(Rebalance, WhatIsFineIsNotMoved) {
  const std::vector<PlacementTask> tasks = {TaskOf(1, 30), TaskOf(2, 20)};
  Occupancy occupancy;
  Add(occupancy, tasks[0], {1, 2});
  Add(occupancy, tasks[1], {2, 3});
  EXPECT_THAT(Rebalance(tasks, ComputingNodes(3), occupancy), IsEmpty());
}

TEST(Rebalance, ANodeThatMeasuresMoreThanWasPlacedIsRelievedByOneMove) {
  const std::vector<PlacementTask> tasks = {TaskOf(1, 20), TaskOf(2, 20), TaskOf(3, 20)};
  Occupancy occupancy;
  Add(occupancy, tasks[0], {1, 2});
  Add(occupancy, tasks[1], {1, 3});
  Add(occupancy, tasks[2], {1, 2});
  RaiseToMeasured(occupancy, 2, 1, Percent(50));  // synth with all its voices, say
  const auto moves = Rebalance(tasks, ComputingNodes(4), occupancy);
  ASSERT_THAT(moves, SizeIs(1));
  EXPECT_EQ(moves[0].from, 1);
  EXPECT_EQ(moves[0].to, 4);
  EXPECT_THAT(moves[0].reason, HasSubstr("filled to 90.0 %"));
}

TEST(Rebalance, MovesNeverBreakARuleAndComeToAnEnd) {
  int moved = 0;
  for (unsigned seed = 0; seed < 300; ++seed) {
    Scatter world(seed);
    std::vector<Move> moves = Rebalance(world.tasks, world.fleet, world.occupancy);
    for (int round = 0; round < 3 && !moves.empty(); ++round) {
      moved += static_cast<int>(moves.size());
      for (const Move& move : moves) {
        EXPECT_FALSE(Has(world.occupancy, move.task, move.to)) << "seed " << seed;
      }
      const auto before = LoadsOf(world.occupancy, world.fleet);
      Carry(world.occupancy, moves);
      for (const auto& [node, load] : LoadsOf(world.occupancy, world.fleet)) {
        EXPECT_TRUE(load <= Percent(85) || load <= before.at(node)) << "seed " << seed;
      }
      moves = Rebalance(world.tasks, world.fleet, world.occupancy);
    }
    EXPECT_THAT(moves, IsEmpty()) << "seed " << seed;
  }
  EXPECT_GT(moved, 100);
}

TEST(Rebalance, WithMeasurementsThatWaverNothingGoesBackAndForth) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    Scatter world(seed);
    std::mt19937 random(seed);
    std::map<dsp::TaskId, int> moves_of;
    for (int second = 0; second < 30; ++second) {
      Occupancy measured = world.occupancy;
      for (Occupant& occupant : measured.occupants) {
        occupant.cost_ns = occupant.cost_ns * (95 + static_cast<int>(random() % 11)) / 100;
      }
      const auto moves = Rebalance(world.tasks, world.fleet, measured);
      for (const Move& move : moves) ++moves_of[move.task];
      Carry(world.occupancy, moves);
    }
    for (const auto& [task, count] : moves_of) {
      EXPECT_LE(count, 3) << "seed " << seed << ", task " << task;
    }
  }
}

/// Twenty small tasks in two replicas, all of them on node 1; the twins on nodes 2 and 3.
struct Crowd {
  Crowd() {
    for (dsp::TaskId id = 1; id <= 20; ++id) {
      tasks.push_back(TaskOf(id, 4));
      Add(occupancy, tasks.back(), {1, static_cast<plan::NodeId>(2 + id % 2)});
    }
  }
  Fleet fleet = ComputingNodes(4);
  std::vector<PlacementTask> tasks;
  Occupancy occupancy;
};

TEST(Rebalance, ANodeThatIsSlowIsRelievedOfManySmallTasks) {
  Crowd crowd;
  for (const PlacementTask& task : crowd.tasks) {
    RaiseToMeasured(crowd.occupancy, task.id, 1, Percent(5));
  }
  const BalanceRules rules{.relieved = 75, .fits = 100, .spread = 1000, .only = 1};
  const auto moves = Rebalance(crowd.tasks, crowd.fleet, crowd.occupancy, rules);
  EXPECT_THAT(moves, SizeIs(5)) << "100 % to 75 %";
  for (const Move& move : moves) EXPECT_EQ(move.from, 1);
}

TEST(Rebalance, WhatASlowNodeTakesIsNotExpectedOfAnother) {
  // Measured at 90 % where it is slow: on another node it takes what its twin does.
  const std::vector<PlacementTask> tasks = {TaskOf(1, 30)};
  Occupancy occupancy;
  Add(occupancy, tasks[0], {1, 2});
  RaiseToMeasured(occupancy, 1, 1, Percent(90));
  const auto moves = Rebalance(tasks, ComputingNodes(3), occupancy);
  ASSERT_THAT(moves, SizeIs(1));
  EXPECT_EQ(moves[0].to, 3);
  EXPECT_THAT(moves[0].reason, HasSubstr("then it is 0.0 % and 30.0 %"));
}

TEST(Rebalance, NothingFleesToANodeThatIsAsSlow) {
  // Node 3 is four times as slow as was thought, by what it takes for task 2.
  const std::vector<PlacementTask> tasks = {TaskOf(1, 30), TaskOf(2, 5)};
  Occupancy occupancy;
  Add(occupancy, tasks[0], {1, 2});
  Add(occupancy, tasks[1], {2, 3});
  RaiseToMeasured(occupancy, 1, 1, Percent(90));
  RaiseToMeasured(occupancy, 2, 3, Percent(20));
  EXPECT_THAT(Rebalance(tasks, ComputingNodes(3), occupancy), IsEmpty());
}

TEST(Rebalance, WhatWasRelievedIsNotRelievedBack) {
  Crowd crowd;
  for (const PlacementTask& task : crowd.tasks) {
    RaiseToMeasured(crowd.occupancy, task.id, 1, Percent(5));
  }
  int moved = 0;
  for (int round = 0; round < 20; ++round) {
    for (plan::NodeId node = 1; node <= 4; ++node) {
      const BalanceRules rules{
          .relieved = 75, .fits = 100, .spread = 1000, .moves_max = 4, .only = node};
      const auto moves = Rebalance(crowd.tasks, crowd.fleet, crowd.occupancy, rules);
      moved += static_cast<int>(moves.size());
      Carry(crowd.occupancy, moves);
    }
  }
  EXPECT_LE(moved, 8);
}

TEST(Rebalance, WhatIsFixedStays) {
  const std::vector<PlacementTask> tasks = {TaskOf(1, 50, 1), TaskOf(2, 45, 1)};
  Occupancy occupancy;
  Add(occupancy, tasks[0], {1});
  Add(occupancy, tasks[1], {1});
  SetFixed(occupancy, 1);
  const auto moves = Rebalance(tasks, ComputingNodes(2), occupancy);
  ASSERT_THAT(moves, SizeIs(1));
  EXPECT_EQ(moves[0].task, 2u);
  SetFixed(occupancy, 2);
  EXPECT_THAT(Rebalance(tasks, ComputingNodes(2), occupancy), IsEmpty());
}

TEST(Rebalance, ReplicasDoNotMoveTogetherIntoADomain) {
  const std::vector<PlacementTask> tasks = {TaskOf(1, 45), TaskOf(2, 45, 1)};
  Occupancy occupancy;
  Add(occupancy, tasks[0], {1, 2});
  Add(occupancy, tasks[1], {1});
  const Fleet fleet = {Computing(1, "a"), Computing(2, "b"), Computing(3, "b")};
  const auto moves = Rebalance(tasks, fleet, occupancy);
  ASSERT_THAT(moves, SizeIs(1));
  EXPECT_EQ(moves[0].task, 2u) << "t1 on n3 would fail together with t1 on n2";
}

}  // namespace
}  // namespace continuo::coordinator
