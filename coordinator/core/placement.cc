// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/placement.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>

#include "coordinator/core/did_you_mean.h"
#include "coordinator/core/packing.h"
#include "proto/plan/node_limits.h"

namespace continuo::coordinator {
namespace {

class Placing {
 public:
  Placing(const std::vector<PlacementTask>& tasks, const Fleet& fleet)
      : tasks_(tasks), packing_(fleet), nodes_(tasks.size()) {}

  /// Brings every task to as many replicas as `count` says, or as many as there is room for. Those first that may not
  /// run everywhere, by how little choice they have; then the dearest, while there is room for it.
  template <typename Count>
  void AddReplicas(Count count) {
    std::vector<std::size_t> order(tasks_.size());
    std::iota(order.begin(), order.end(), 0u);
    std::sort(order.begin(), order.end(),
              [this](std::size_t a, std::size_t b) { return Rank(tasks_[a]) < Rank(tasks_[b]); });
    for (const std::size_t i : order) AddReplicasOf(i, count(tasks_[i]));
  }

  /// Distinct nodes for the feeds: the one that is named, else one that cannot compute, else by name, so that feeds a
  /// and b come to foh-a and foh-b whichever attached first. Fewer than feeds if one finds no node.
  std::vector<plan::NodeId> AddOutputs(const FeedNodes& feeds) {
    std::vector<std::size_t> left = Recorders();
    const Fleet& fleet = packing_.fleet();
    std::vector<plan::NodeId> nodes(feeds.size(), 0);
    for (const bool named : {true, false}) {
      for (std::size_t feed = 0; feed < feeds.size(); ++feed) {
        if (feeds[feed].empty() == named) continue;
        const auto found = std::find_if(left.begin(), left.end(), [&](std::size_t i) {
          return !named || fleet[i].name == feeds[feed];
        });
        if (found == left.end()) continue;
        packing_.Load(*found, kOutputCostNs, 0, 0);
        nodes[feed] = fleet[*found].id;
        left.erase(found);
      }
    }
    std::erase(nodes, plan::NodeId{0});
    return nodes;
  }

  /// Which tasks have replicas that fail together, domain by domain.
  std::vector<std::string> Warnings() const {
    std::vector<std::string> warnings;
    for (const auto& [domain, names] : sharing_) {
      warnings.push_back("more than one replica is in the domain \"" + domain +
                         "\" and would be lost with it: of " + ListedInPart(names) +
                         "; there is no room in another domain");
    }
    return warnings;
  }

  std::vector<NodeLoad> Loads() const {
    std::vector<NodeLoad> loads;
    const Fleet& fleet = packing_.fleet();
    for (std::size_t i = 0; i < fleet.size(); ++i) {
      loads.push_back({fleet[i].id, packing_.load_ns(i)});
    }
    return loads;
  }

  const std::vector<plan::NodeId>& nodes(std::size_t task) const { return nodes_[task]; }
  std::vector<std::vector<plan::NodeId>> TakeNodes() { return std::move(nodes_); }

 private:
  static std::tuple<bool, std::size_t, std::int64_t, dsp::TaskId> Rank(const PlacementTask& task) {
    return {task.on.empty(), task.on.size(), -task.cost_ns, task.id};
  }

  /// Nodes that can record, the best first.
  std::vector<std::size_t> Recorders() const {
    std::vector<std::size_t> recorders;
    const Fleet& fleet = packing_.fleet();
    for (std::size_t i = 0; i < fleet.size(); ++i) {
      if (fleet[i].can_output && !fleet[i].drained) recorders.push_back(i);
    }
    std::sort(recorders.begin(), recorders.end(), [&](std::size_t a, std::size_t b) {
      const std::int64_t load_a = packing_.load_ns(a), load_b = packing_.load_ns(b);
      return std::tie(fleet[a].can_compute, load_a, fleet[a].name) <
             std::tie(fleet[b].can_compute, load_b, fleet[b].name);
    });
    return recorders;
  }

  void AddReplicasOf(std::size_t i, int count) {
    std::vector<plan::NodeId>& nodes = nodes_[i];
    if (static_cast<int>(nodes.size()) >= count) return;
    packing_.Consider(tasks_[i]);
    for (const plan::NodeId node : nodes) packing_.Occupy(packing_.IndexOf(node));
    while (static_cast<int>(nodes.size()) < count) {
      const std::size_t best = packing_.Best();
      if (best == Packing::kNone) break;
      const FleetNode& node = packing_.fleet()[best];
      if (packing_.InDomain(best) == 1) sharing_[node.domain].push_back(TextName(tasks_[i]));
      packing_.Put(best);
      nodes.push_back(node.id);
    }
    std::sort(nodes.begin(), nodes.end());
  }

  const std::vector<PlacementTask>& tasks_;
  Packing packing_;
  std::vector<std::vector<plan::NodeId>> nodes_;             ///< of each task
  std::map<std::string, std::vector<std::string>> sharing_;  ///< domain -> names of tasks
};

std::string NoRoom(const PlacementTask& task, std::size_t placed) {
  return "the computing nodes have no room for all replicas: each may be filled to 65 % of one "
         "core and run " +
         std::to_string(plan::kMaxReplicasOfNode) + " replicas, and of \"" + TextName(task) + "\"" +
         (task.on.empty() ? "" : ", which the show keeps on " + Listed(task.on) + ",") +
         " there is room for " + std::to_string(placed) + " of " + std::to_string(Needed(task)) +
         "; use fewer or cheaper tasks, less redundancy, or more nodes";
}

}  // namespace

Placement Place(const std::vector<PlacementTask>& tasks, const FeedNodes& feeds,
                const Fleet& fleet) {
  Placing placing(tasks, fleet);
  placing.AddReplicas([](const PlacementTask& task) { return Needed(task); });
  Placement placement;
  for (std::size_t i = 0; i < tasks.size() && placement.error.empty(); ++i) {
    const std::size_t placed = placing.nodes(i).size();
    if (static_cast<int>(placed) < Needed(tasks[i])) placement.error = NoRoom(tasks[i], placed);
  }
  placement.outputs = placing.AddOutputs(feeds);
  if (placement.outputs.size() < feeds.size()) {
    placement.error = "there are not enough nodes for outputs";
  }
  // What is only wished for comes last, so that it takes no room from what is needed.
  if (placement.error.empty()) {
    placing.AddReplicas([](const PlacementTask& task) { return task.replicas; });
  }
  placement.warnings = placing.Warnings();
  placement.loads = placing.Loads();
  placement.replicas = placing.TakeNodes();
  return placement;
}

Occupancy OccupancyOf(const Placement& placement, const std::vector<PlacementTask>& tasks,
                      const Fleet& fleet) {
  Occupancy occupancy;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    for (const plan::NodeId node : placement.replicas[i]) {
      occupancy.occupants.push_back({.task = tasks[i].id,
                                     .node = node,
                                     .cost_ns = CostOn(tasks[i], *FindNode(fleet, node)),
                                     .memory_bytes = tasks[i].memory_bytes});
    }
  }
  for (const plan::NodeId node : placement.outputs) occupancy.occupants.push_back(OutputOn(node));
  return occupancy;
}

}  // namespace continuo::coordinator
