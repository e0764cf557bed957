// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/occupancy.h"

#include <algorithm>
#include <cstddef>

namespace continuo::coordinator {
namespace {

Occupant OccupantOf(const PlacementTask& task, const plan::Replica& replica, const Fleet& fleet) {
  const FleetNode* node = FindNode(fleet, replica.node);
  Occupant occupant{.task = task.id, .node = replica.node};
  occupant.witness = replica.role == plan::Role::kWitness;
  if (!occupant.witness) occupant.cost_ns = node == nullptr ? task.cost_ns : CostOn(task, *node);
  occupant.memory_bytes = task.memory_bytes;
  occupant.leaving = replica.leaving;
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
  std::size_t likely = 0;  // mostly they stand in the same order
  for (const plan::Task& task : plan.tasks) {
    const bool in_order = likely < tasks.size() && tasks[likely].id == task.description.id;
    const auto wish = in_order ? tasks.begin() + static_cast<std::ptrdiff_t>(likely)
                               : std::ranges::find(tasks, task.description.id, &PlacementTask::id);
    if (wish == tasks.end()) continue;
    likely = static_cast<std::size_t>(wish - tasks.begin()) + 1;
    for (const plan::Replica& replica : task.replicas) {
      occupancy.occupants.push_back(OccupantOf(*wish, replica, fleet));
    }
  }
  for (const plan::Output& output : plan.outputs) {
    occupancy.occupants.push_back(OutputOn(output.node));
  }
  return occupancy;
}

void AddReplica(Occupancy& occupancy, const PlacementTask& task, const plan::Replica& replica,
                const Fleet& fleet) {
  occupancy.occupants.push_back(OccupantOf(task, replica, fleet));
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
