// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/placement.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "coordinator/core/placement_fixture.h"

namespace continuo::coordinator {
namespace {

std::map<plan::NodeId, std::string> Domains(const Fleet& fleet) {
  std::map<plan::NodeId, std::string> domains;
  for (const FleetNode& node : fleet) domains[node.id] = node.domain;
  return domains;
}

/// A fleet and a wish of any size, from a seed.
struct World {
  explicit World(unsigned seed) : random(seed) {
    const int nodes = 1 + Below(8);
    for (int i = 0; i < nodes; ++i) {
      FleetNode node = Computing(static_cast<plan::NodeId>(i + 1), "d" + std::to_string(Below(4)));
      node.can_compute = Below(4) != 0;
      node.can_output = Below(3) == 0;
      fleet.push_back(node);
    }
    const int count = 1 + Below(20);
    for (int i = 0; i < count; ++i) {
      tasks.push_back({static_cast<dsp::TaskId>(i + 1), 1 + Below(4), Below(400)});
    }
    outputs = Below(3);
  }
  int Below(int limit) { return static_cast<int>(random() % static_cast<unsigned>(limit)); }

  std::mt19937 random;
  Fleet fleet;
  std::vector<PlacementTask> tasks;
  int outputs = 0;
};

TEST(Placement, ReplicasOfOneTaskNeverShareANode) {
  for (unsigned seed = 0; seed < 500; ++seed) {
    const World world(seed);
    const Placement placement = Place(world.tasks, world.outputs, world.fleet);
    for (const auto& nodes : placement.replicas) {
      EXPECT_EQ(std::set(nodes.begin(), nodes.end()).size(), nodes.size()) << "seed " << seed;
    }
    const auto& outputs = placement.outputs;
    EXPECT_EQ(std::set(outputs.begin(), outputs.end()).size(), outputs.size()) << "seed " << seed;
  }
}

TEST(Placement, DomainsAreSharedOnlyWhereTheyAreTooFewAndThatIsSaid) {
  for (unsigned seed = 0; seed < 500; ++seed) {
    const World world(seed);
    const Placement placement = Place(world.tasks, world.outputs, world.fleet);
    const auto domain_of = Domains(world.fleet);
    std::set<std::string> all;
    for (const FleetNode& node : world.fleet) {
      if (node.can_compute) all.insert(node.domain);
    }
    for (const auto& nodes : placement.replicas) {
      std::set<std::string> used;
      for (const plan::NodeId node : nodes) used.insert(domain_of.at(node));
      if (used.size() == nodes.size()) continue;
      EXPECT_FALSE(placement.warnings.empty()) << "seed " << seed;
      EXPECT_EQ(used, all) << "seed " << seed << ": a domain was left unused";
    }
  }
}

TEST(Placement, OnlyNodesThatCanAreAskedAndNoneIsOverfilled) {
  for (unsigned seed = 0; seed < 500; ++seed) {
    const World world(seed);
    const Placement placement = Place(world.tasks, world.outputs, world.fleet);
    for (const auto& nodes : placement.replicas) {
      for (const plan::NodeId node : nodes) EXPECT_TRUE(world.fleet[node - 1u].can_compute);
    }
    for (const plan::NodeId node : placement.outputs) {
      EXPECT_TRUE(world.fleet[node - 1u].can_output);
    }
    for (const NodeLoad& load : placement.loads) EXPECT_LE(load.cost_ns, kBudgetNsPerFrame + 1000);
  }
}

TEST(Placement, SameWishSameAnswer) {
  for (unsigned seed = 0; seed < 100; ++seed) {
    const Placement a = Place(World(seed).tasks, 1, World(seed).fleet);
    const Placement b = Place(World(seed).tasks, 1, World(seed).fleet);
    EXPECT_EQ(a.replicas, b.replicas);
    EXPECT_EQ(a.outputs, b.outputs);
  }
}

TEST(Placement, EveryWishIsMetOrTheErrorSaysSo) {
  for (unsigned seed = 0; seed < 500; ++seed) {
    const World world(seed);
    const Placement placement = Place(world.tasks, world.outputs, world.fleet);
    bool met = static_cast<int>(placement.outputs.size()) == world.outputs;
    for (std::size_t i = 0; i < world.tasks.size(); ++i) {
      met = met && static_cast<int>(placement.replicas[i].size()) == world.tasks[i].replicas;
    }
    EXPECT_EQ(met, placement.error.empty()) << "seed " << seed;
  }
}

TEST(Placement, WorkIsSpread) {
  const Fleet fleet = {Computing(1), Computing(2), Computing(3)};
  std::vector<PlacementTask> tasks;
  for (dsp::TaskId id = 1; id <= 9; ++id) tasks.push_back({id, 2, 100});
  for (const NodeLoad& load : Place(tasks, 0, fleet).loads) EXPECT_EQ(load.cost_ns, 600);
}

TEST(Placement, OutputsPreferNodesThatDoNotCompute) {
  Fleet fleet = {Computing(1), Computing(2), Computing(3)};
  for (FleetNode& node : fleet) node.can_output = true;
  fleet[2].can_compute = false;
  EXPECT_EQ(Place({{1, 2, 10}}, 1, fleet).outputs, std::vector<plan::NodeId>{3});
}

TEST(Placement, ANodeRunsAsManyReplicasAsAnAgentTakesHoweverCheapTheyAre) {
  const Fleet fleet = ComputingNodes(2);
  EXPECT_EQ(Place(CheapTasks(128), 0, fleet).error, "");
  const std::string error = Place(CheapTasks(129), 0, fleet).error;
  EXPECT_NE(error.find("run 128 replicas, and of \"t129\" there is room for 0 of 2"),
            std::string::npos)
      << error;
  EXPECT_EQ(Place(CheapTasks(192), 0, ComputingNodes(3)).error, "");
  EXPECT_NE(Place(CheapTasks(193), 0, ComputingNodes(3)).error, "");
}

TEST(Placement, TooDearForAnyNodeIsAnError) {
  const Placement placement = Place({{1, 1, kBudgetNsPerFrame + 1}}, 0, {Computing(1)});
  EXPECT_NE(placement.error.find("no room"), std::string::npos);
}

}  // namespace
}  // namespace continuo::coordinator
