// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/placement.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <tuple>

#include "dsp/kernels/registry.h"

namespace continuo::coordinator {
namespace {

constexpr std::int64_t kConductorCostNs = 20;
constexpr std::int64_t kOutputCostNs = 100;  // merging and handing over a feed

class Packing {
 public:
  explicit Packing(const Fleet& fleet) : fleet_(fleet), cost_ns_(fleet.size(), 0) {}

  /// Nodes of `task`'s replicas; fewer than wanted if there is no more room.
  std::vector<plan::NodeId> AddReplicas(const PlacementTask& task) {
    std::set<std::size_t> used;
    std::map<std::string, int> in_domain;
    std::vector<plan::NodeId> nodes;
    while (static_cast<int>(nodes.size()) < task.replicas) {
      std::size_t best = fleet_.size();
      for (std::size_t i = 0; i < fleet_.size(); ++i) {
        if (!fleet_[i].can_compute || used.contains(i)) continue;
        if (cost_ns_[i] + task.cost_ns > kBudgetNsPerFrame) continue;
        if (best == fleet_.size() || Rank(i, in_domain) < Rank(best, in_domain)) best = i;
      }
      if (best == fleet_.size()) break;
      used.insert(best);
      if (++in_domain[fleet_[best].domain] > 1) shares_domain_ = true;
      cost_ns_[best] += task.cost_ns;
      nodes.push_back(fleet_[best].id);
    }
    std::sort(nodes.begin(), nodes.end());
    return nodes;
  }

  /// Distinct nodes for `count` outputs, those that cannot compute first, else by name, so that feeds a and b come to
  /// foh-a and foh-b whichever attached first; fewer if there are no more.
  std::vector<plan::NodeId> AddOutputs(int count) {
    std::vector<std::size_t> candidates;
    for (std::size_t i = 0; i < fleet_.size(); ++i) {
      if (fleet_[i].can_output) candidates.push_back(i);
    }
    std::sort(candidates.begin(), candidates.end(), [this](std::size_t a, std::size_t b) {
      return std::tie(fleet_[a].can_compute, cost_ns_[a], fleet_[a].name) <
             std::tie(fleet_[b].can_compute, cost_ns_[b], fleet_[b].name);
    });
    std::vector<plan::NodeId> nodes;
    for (const std::size_t i : candidates) {
      if (static_cast<int>(nodes.size()) == count) break;
      cost_ns_[i] += kOutputCostNs;
      nodes.push_back(fleet_[i].id);
    }
    return nodes;
  }

  std::vector<NodeLoad> Loads() const {
    std::vector<NodeLoad> loads;
    for (std::size_t i = 0; i < fleet_.size(); ++i) loads.push_back({fleet_[i].id, cost_ns_[i]});
    return loads;
  }
  bool shares_domain() const { return shares_domain_; }

 private:
  std::tuple<int, std::int64_t, plan::NodeId> Rank(
      std::size_t i, const std::map<std::string, int>& in_domain) const {
    const auto used = in_domain.find(fleet_[i].domain);
    return {used == in_domain.end() ? 0 : used->second, cost_ns_[i], fleet_[i].id};
  }

  const Fleet& fleet_;
  std::vector<std::int64_t> cost_ns_;
  bool shares_domain_ = false;
};

}  // namespace

std::int64_t CostOf(const dsp::TaskDescription& task) {
  const dsp::KernelDescription* kernel = dsp::FindKernel(task.kind.view());
  if (kernel == nullptr) return kConductorCostNs;
  // The registry states the cost of a stereo instance; it grows with channels and, for a mixer, with ports.
  const std::int64_t channels = std::max<std::int64_t>(1, task.channels);
  return std::max<std::int64_t>(1, kernel->cost_ns_per_frame * channels / 2);
}

Placement Place(const std::vector<PlacementTask>& tasks, int outputs, const Fleet& fleet) {
  Placement placement;
  placement.replicas.resize(tasks.size());
  std::vector<std::size_t> order(tasks.size());
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(), [&tasks](std::size_t a, std::size_t b) {
    return std::tuple(-tasks[a].cost_ns, tasks[a].id) < std::tuple(-tasks[b].cost_ns, tasks[b].id);
  });
  Packing packing(fleet);
  for (const std::size_t i : order) {
    placement.replicas[i] = packing.AddReplicas(tasks[i]);
    if (static_cast<int>(placement.replicas[i].size()) < tasks[i].replicas) {
      placement.error =
          "the computing nodes have no room for all replicas: each may be filled to 65 % "
          "of one core; use fewer or cheaper tasks, less redundancy, or more nodes";
    }
  }
  placement.outputs = packing.AddOutputs(outputs);
  if (static_cast<int>(placement.outputs.size()) < outputs) {
    placement.error = "there are not enough nodes for outputs";
  }
  if (packing.shares_domain()) {
    placement.warnings.push_back(
        "some replicas of a task share a domain: there are fewer domains than replicas");
  }
  placement.loads = packing.Loads();
  return placement;
}

}  // namespace continuo::coordinator
