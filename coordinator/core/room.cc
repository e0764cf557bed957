// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/room.h"

#include <algorithm>
#include <map>
#include <utility>

#include "coordinator/core/compile.h"
#include "coordinator/core/operations.h"
#include "coordinator/core/replica_health.h"
#include "coordinator/core/show_rules.h"
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
  room.tasks.reserve(ledger.plan.tasks.size());
  for (const plan::Task& task : ledger.plan.tasks) {
    PlacementTask& wish = room.tasks.emplace_back(
        WishOf(ledger.show.show, task.description, ledger.show.assets, room.fleet));
    wish.replicas = task.wanted;
  }
  room.occupancy = OccupancyOf(ledger.plan, room.tasks, room.fleet);
  // Never less than the kernel was measured at: what rests now may be loud in the next bar.
  const std::vector<ReplicaRecord>& records = ledger.replicas;
  std::size_t at = 0;      // occupants stand in the order of the plan
  std::size_t likely = 0;  // mostly records do, too
  for (const plan::Task& task : ledger.plan.tasks) {
    for (const plan::Replica& replica : task.replicas) {
      Occupant& occupant = room.occupancy.occupants[at++];
      if (occupant.witness) continue;
      const bool in_order = likely < records.size() && records[likely].task == occupant.task &&
                            records[likely].incarnation == replica.incarnation;
      const ReplicaRecord* const record =
          in_order ? &records[likely] : FindRecord(ledger, occupant.task, replica.incarnation);
      if (record == nullptr) continue;
      likely = static_cast<std::size_t>(record - records.data()) + 1;
      occupant.cost_ns = std::max(occupant.cost_ns, record->cost_ns);
    }
  }
  return room;
}

std::map<dsp::TaskId, std::size_t> RankByTier(const Ledger& ledger) {
  std::vector<std::pair<int, dsp::TaskId>> order;
  for (const plan::Task& task : ledger.plan.tasks) {
    const ShowTask* const wish = FindShowTask(ledger.show.show, task.description.name.view());
    order.emplace_back(wish == nullptr ? 0 : wish->tier, task.description.id);  // or it conducts
  }
  std::stable_sort(order.begin(), order.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::map<dsp::TaskId, std::size_t> ranks;
  for (const auto& [tier, id] : order) ranks.emplace(id, ranks.size());
  return ranks;
}

/// Who asks for one task after the other, as they stand in the plan, finds each a step or two behind the last.
const PlacementTask& Places::WishOf(dsp::TaskId task) {
  const auto is_it = [task](const PlacementTask& wish) { return wish.id == task; };
  const auto begin = room_.tasks.begin();
  const auto from = begin + static_cast<std::ptrdiff_t>(next_);
  auto found = std::find_if(from, room_.tasks.end(), is_it);
  if (found == room_.tasks.end()) found = std::find_if(begin, from, is_it);
  next_ = static_cast<std::size_t>(found - begin);
  return *found;
}

plan::NodeId Places::Take(const plan::Task& task, plan::Role role) {
  const PlacementTask& wish = WishOf(task.description.id);
  packing_.Consider(wish);
  for (const plan::Replica& replica : task.replicas) {
    const std::size_t node = packing_.IndexOf(replica.node);
    if (node != Packing::kNone) packing_.Occupy(node);
  }
  const std::size_t best = packing_.Best();
  if (best == Packing::kNone) return 0;
  const bool computes = role == plan::Role::kCompute;
  packing_.Load(best, computes ? packing_.CostAt(best) : 0, wish.memory_bytes, 1);
  return room_.fleet[best].id;
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

Choice Choose(const Room& room, const plan::Task& task, std::span<const plan::NodeId> barred) {
  const PlacementTask& wish = room.Of(task.description.id);
  Choice choice = PlaceOne(wish, NodesOf(task), room.fleet, room.occupancy, barred);
  if (choice.node != 0) return choice;
  return PlaceOne(wish, ComputingNodesOf(task), room.fleet, room.occupancy, barred);
}

Choice Choose(const Ledger& ledger, const plan::Task& task, std::span<const plan::NodeId> barred) {
  return Choose(RoomOf(ledger), task, barred);
}

bool IsSpare(const Ledger& ledger, const plan::Task& task, int others) {
  if (others < 1) return false;
  const Room room = RoomOf(ledger);
  return others >= Needed(room.Of(task.description.id)) && Choose(room, task).node == 0;
}

plan::NodeId PlaceForWitness(const Room& room, const plan::Task& task) {
  const plan::NodeId node = Choose(room, task).node;
  return node != 0 && !plan::RunsOn(task, node) ? node : plan::NodeId{0};
}
plan::NodeId PlaceForWitness(const Ledger& ledger, const plan::Task& task) {
  return PlaceForWitness(RoomOf(ledger), task);
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
