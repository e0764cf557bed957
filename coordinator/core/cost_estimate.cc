// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/cost_estimate.h"

#include <algorithm>

namespace continuo::coordinator {

CostEstimate::CostEstimate(const Fleet& fleet, const Roster& roster)
    : fleet_(fleet), roster_(roster) {
  for (const FleetNode& node : fleet) {
    std::int64_t is_ns = 0, least_ns = 0;
    for (const Occupant& occupant : roster.OnNode(node.id)) {
      const PlacementTask* task = roster.Find(occupant.task);
      if (task == nullptr || occupant.witness) continue;
      is_ns += occupant.cost_ns;
      least_ns += Least(*task, node);
    }
    slowness_.push_back(least_ns == 0 ? 1000
                                      : std::max<std::int64_t>(1000, is_ns * 1000 / least_ns));
  }
}

std::int64_t CostEstimate::On(const PlacementTask& task, std::size_t node) const {
  return Least(task, fleet_[node]) * slowness_[node] / 1000;
}

/// As if that node were as fast as it was when it measured its kernels.
std::int64_t CostEstimate::Least(const PlacementTask& task, const FleetNode& node) const {
  const std::int64_t here = CostOn(task, node);
  std::int64_t least = 0;
  for (const Occupant& occupant : roster_.OfTask(task.id)) {
    const FleetNode* other = FindNode(fleet_, occupant.node);
    if (other == nullptr || occupant.witness) continue;
    const std::int64_t cost_ns =
        occupant.cost_ns * here / std::max<std::int64_t>(1, CostOn(task, *other));
    least = least == 0 ? cost_ns : std::min(least, cost_ns);
  }
  return least == 0 ? here : least;
}

}  // namespace continuo::coordinator
