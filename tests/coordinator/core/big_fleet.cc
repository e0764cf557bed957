// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/big_fleet.h"

#include <map>
#include <random>
#include <set>

namespace continuo::coordinator {

BigFleet::BigFleet() {
  constexpr int kNodes = 1000, kRacks = 50, kTasks = 10'000, kKinds = 20;
  for (int i = 0; i < kNodes; ++i) {
    const std::string rack = "rack-" + std::to_string(i % kRacks);
    fleet.push_back(
        {static_cast<plan::NodeId>(i + 1), "node-" + std::to_string(i), rack, true, false});
  }
  std::mt19937 random(2026);  // its numbers are the same everywhere, unlike those of distributions
  const auto below = [&random](unsigned limit) { return static_cast<int>(random() % limit); };
  for (FleetNode& node : fleet) {
    for (int kind = 0; kind < kKinds; ++kind) {
      const int stated = 75 + 43 * kind;
      node.costs_ns.push_back(stated * (90 + below(20)) / 125);
    }
  }
  for (int i = 0; i < kTasks; ++i) {
    const int kind = below(kKinds);
    tasks.push_back({static_cast<dsp::TaskId>(i + 1), 2, 75 + 43 * kind});
    tasks.back().kernel = kind;
    tasks.back().channels = 1 + below(4);
  }
}

std::string Fault(const Occupancy& occupancy, const std::vector<PlacementTask>& tasks,
                  const Fleet& fleet) {
  std::map<dsp::TaskId, std::vector<plan::NodeId>> nodes_of;
  std::map<plan::NodeId, std::int64_t> load_of;
  for (const Occupant& occupant : occupancy.occupants) {
    nodes_of[occupant.task].push_back(occupant.node);
    load_of[occupant.node] += occupant.cost_ns;
  }
  for (const PlacementTask& task : tasks) {
    const auto& nodes = nodes_of[task.id];
    std::set<std::string> domains;
    for (const plan::NodeId node : nodes) domains.insert(fleet[node - 1u].domain);
    if (static_cast<int>(nodes.size()) != task.replicas) return TextName(task) + " lacks replicas";
    if (domains.size() != nodes.size()) return TextName(task) + " is in one domain twice";
  }
  for (const auto& [node, load] : load_of) {
    if (load > kBudgetNsPerFrame) return "node " + std::to_string(node) + " is overfilled";
  }
  return "";
}

}  // namespace continuo::coordinator
