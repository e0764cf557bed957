// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/room.h"

#include <algorithm>
#include <map>

#include "coordinator/core/compile.h"
#include "coordinator/core/operations.h"
#include "coordinator/core/replica_health.h"
#include "proto/plan/routes.h"

namespace continuo::coordinator {

const PlacementTask& Room::Of(dsp::TaskId task) const {
  const std::size_t likely = task - 1u;  // where it stands in most plans
  if (likely < tasks.size() && tasks[likely].id == task) return tasks[likely];
  return *std::ranges::find(tasks, task, &PlacementTask::id);
}

Room RoomOf(const Ledger& ledger) {
  Room room;
  room.fleet = FleetOf(ledger);
  for (const plan::Task& task : ledger.plan.tasks) {
    PlacementTask& wish = room.tasks.emplace_back(
        WishOf(ledger.show.show, task.description, ledger.show.assets, room.fleet));
    wish.replicas = task.wanted;
  }
  room.occupancy = OccupancyOf(ledger.plan, room.tasks, room.fleet);
  // Never less than the kernel was measured at: what rests now may be loud in the next bar.
  std::size_t at = 0;  // occupants stand in the order of the plan
  for (const plan::Task& task : ledger.plan.tasks) {
    for (const plan::Replica& replica : task.replicas) {
      Occupant& occupant = room.occupancy.occupants[at++];
      const ReplicaRecord* record = FindRecord(ledger, task.description.id, replica.incarnation);
      if (record == nullptr || occupant.witness) continue;
      occupant.cost_ns = std::max(occupant.cost_ns, record->cost_ns);
    }
  }
  return room;
}

std::vector<dsp::TaskId> ByTier(const Ledger& ledger) {
  Room room = RoomOf(ledger);
  std::stable_sort(room.tasks.begin(), room.tasks.end(),
                   [](const PlacementTask& a, const PlacementTask& b) { return a.tier < b.tier; });
  std::vector<dsp::TaskId> order;
  for (const PlacementTask& task : room.tasks) order.push_back(task.id);
  return order;
}

std::vector<plan::NodeId> NodesOf(const plan::Task& task) {
  std::vector<plan::NodeId> nodes;
  for (const plan::Replica& replica : task.replicas) nodes.push_back(replica.node);
  return nodes;
}

std::vector<plan::NodeId> ComputingNodesOf(const plan::Task& task) {
  std::vector<plan::NodeId> nodes;
  for (const plan::Replica& replica : task.replicas) {
    if (replica.role == plan::Role::kCompute) nodes.push_back(replica.node);
  }
  return nodes;
}

std::vector<plan::NodeId> BusyNodes(const Ledger& ledger) {
  std::map<plan::NodeId, int> joins;
  for (const OperationRecord& operation : ledger.operations) {
    if (operation.phase == OperationPhase::kJoining) ++joins[operation.to];
  }
  std::vector<plan::NodeId> busy;
  for (const auto& [node, count] : joins) {
    if (count >= kJoinsAtOnce) busy.push_back(node);
  }
  return busy;
}

Choice Choose(const Ledger& ledger, const plan::Task& task, std::span<const plan::NodeId> barred) {
  const Room room = RoomOf(ledger);
  const PlacementTask& wish = room.Of(task.description.id);
  Choice choice = PlaceOne(wish, NodesOf(task), room.fleet, room.occupancy, barred);
  if (choice.node != 0) return choice;
  return PlaceOne(wish, ComputingNodesOf(task), room.fleet, room.occupancy, barred);
}

bool IsSpare(const Ledger& ledger, const plan::Task& task, int others) {
  if (others < 1 || others < Needed(RoomOf(ledger).Of(task.description.id))) return false;
  return Choose(ledger, task).node == 0;
}

plan::NodeId PlaceForWitness(const Ledger& ledger, const plan::Task& task) {
  const plan::NodeId node = Choose(ledger, task).node;
  return node != 0 && !plan::RunsOn(task, node) ? node : plan::NodeId{0};
}

std::string WhyNotOn(const Ledger& ledger, const plan::Task& task, plan::NodeId node) {
  const Room room = RoomOf(ledger);
  return WhyNot(room.Of(task.description.id), node, NodesOf(task), room.fleet, room.occupancy);
}

std::vector<std::string> PossibleNodes(const Ledger& ledger, const plan::Task& task) {
  const Room room = RoomOf(ledger);
  const std::vector<plan::NodeId> taken = NodesOf(task);
  std::vector<std::string> names;
  for (const FleetNode& node : room.fleet) {
    const std::string why_not =
        WhyNot(room.Of(task.description.id), node.id, taken, room.fleet, room.occupancy);
    if (why_not.empty()) names.push_back(node.name);
  }
  return names;
}

}  // namespace continuo::coordinator
