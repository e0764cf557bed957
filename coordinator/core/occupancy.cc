// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/occupancy.h"

#include <algorithm>

namespace continuo::coordinator {
namespace {

Occupant OccupantOf(const PlacementTask& task, const plan::Replica& replica, const Fleet& fleet) {
  const FleetNode* node = FindNode(fleet, replica.node);
  Occupant occupant{.task = task.id, .node = replica.node};
  occupant.witness = replica.role == plan::Role::kWitness;
  if (!occupant.witness) occupant.cost_ns = node == nullptr ? task.cost_ns : CostOn(task, *node);
  occupant.memory_bytes = task.memory_bytes;
  occupant.fixed = occupant.witness || replica.leaving;
  return occupant;
}

}  // namespace

Occupant OutputOn(plan::NodeId node) {
  return {.node = node, .cost_ns = kOutputCostNs, .fixed = true};
}

Occupancy OccupancyOf(const plan::Plan& plan, const std::vector<PlacementTask>& tasks,
                      const Fleet& fleet) {
  Occupancy occupancy;
  for (const plan::Task& task : plan.tasks) {
    const auto wish = std::find_if(tasks.begin(), tasks.end(), [&task](const auto& one) {
      return one.id == task.description.id;
    });
    if (wish == tasks.end()) continue;
    for (const plan::Replica& replica : task.replicas) {
      occupancy.occupants.push_back(OccupantOf(*wish, replica, fleet));
    }
  }
  for (const plan::Output& output : plan.outputs) {
    occupancy.occupants.push_back(OutputOn(output.node));
  }
  return occupancy;
}

void RaiseToMeasured(Occupancy& occupancy, dsp::TaskId task, plan::NodeId node,
                     std::int64_t cost_ns) {
  for (Occupant& occupant : occupancy.occupants) {
    if (occupant.task != task || occupant.node != node || occupant.witness) continue;
    occupant.cost_ns = std::max(occupant.cost_ns, cost_ns);
  }
}

void SetFixed(Occupancy& occupancy, dsp::TaskId task) {
  for (Occupant& occupant : occupancy.occupants) {
    if (occupant.task == task) occupant.fixed = true;
  }
}

}  // namespace continuo::coordinator
