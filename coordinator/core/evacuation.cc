// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/evacuation.h"

#include <algorithm>
#include <tuple>

#include "coordinator/core/no_place.h"
#include "coordinator/core/packing.h"
#include "coordinator/core/roster.h"

namespace continuo::coordinator {
namespace {

struct Leaver {
  const PlacementTask* task;
  plan::NodeId from;
};

/// Replicas on those nodes, in the order in which they choose.
std::vector<Leaver> LeaversOf(const Roster& roster, std::span<const plan::NodeId> nodes) {
  std::vector<Leaver> leavers;
  for (const plan::NodeId node : nodes) {
    for (const Occupant& occupant : roster.OnNode(node)) {
      if (const PlacementTask* task = roster.Find(occupant.task)) leavers.push_back({task, node});
    }
  }
  std::sort(leavers.begin(), leavers.end(), [](const Leaver& a, const Leaver& b) {
    return std::tie(a.task->tier, b.task->cost_ns, a.task->id, a.from) <
           std::tie(b.task->tier, a.task->cost_ns, b.task->id, b.from);
  });
  return leavers;
}

class Departure {
 public:
  Departure(Packing& packing, const Roster& roster, std::span<const plan::NodeId> nodes,
            bool witnesses_resume)
      : packing_(packing), roster_(roster), nodes_(nodes), witnesses_resume_(witnesses_resume) {}

  Evacuation Go() {
    for (const Leaver& leaver : LeaversOf(roster_, nodes_)) FindPlace(leaver);
    for (const Taken& taken : taken_) {
      packing_.Load(taken.node, -taken.cost_ns, -taken.memory_bytes, -1);
    }
    return std::move(found_);
  }

 private:
  struct Taken {
    std::size_t node;
    std::int64_t cost_ns, memory_bytes;
  };

  /// Turns to the task; how many of its replicas stay.
  int Consider(const PlacementTask& task) {
    packing_.Consider(task);
    int staying = 0;
    for (const Occupant& occupant : roster_.OfTask(task.id)) {
      const std::size_t i = packing_.IndexOf(occupant.node);
      if (i == Packing::kNone || IsLeft(occupant.node)) continue;
      if (occupant.witness && witnesses_resume_) continue;
      packing_.Occupy(i);
      if (!occupant.witness && !occupant.leaving) ++staying;
    }
    for (const Move& move : found_.moves) {
      if (move.task != task.id) continue;
      packing_.Occupy(packing_.IndexOf(move.to));
      ++staying;
    }
    for (const plan::NodeId node : nodes_) {
      if (packing_.IndexOf(node) != Packing::kNone) packing_.Bar(packing_.IndexOf(node));
    }
    return staying;
  }

  void FindPlace(const Leaver& leaver) {
    const PlacementTask& task = *leaver.task;
    const int staying = Consider(task);
    const std::size_t best = packing_.Best();
    if (best == Packing::kNone) {
      found_.stranded.push_back({task.id, NoPlace(packing_), Nearest(packing_) != Packing::kNone,
                                 staying >= Needed(task)});
      return;
    }
    taken_.push_back({best, packing_.CostAt(best), task.memory_bytes});
    packing_.Put(best);
    const FleetNode& to = packing_.fleet()[best];
    found_.moves.push_back({task.id, leaver.from, to.id,
                            "\"" + to.name + "\" has the most room, and is then filled to " +
                                BudgetText(packing_.load_ns(best)) + " of its budget"});
  }

  bool IsLeft(plan::NodeId node) const {
    return std::find(nodes_.begin(), nodes_.end(), node) != nodes_.end();
  }

  Packing& packing_;
  const Roster& roster_;
  const std::span<const plan::NodeId> nodes_;
  const bool witnesses_resume_;
  std::vector<Taken> taken_;
  Evacuation found_;
};

}  // namespace

Evacuation Evacuate(plan::NodeId node, const std::vector<PlacementTask>& tasks, const Fleet& fleet,
                    const Occupancy& occupancy) {
  const Roster roster(tasks, occupancy);
  Packing packing(fleet, occupancy);
  return EvacuateOnto(packing, roster, {&node, 1}, false);
}

Evacuation EvacuateOnto(Packing& packing, const Roster& roster, std::span<const plan::NodeId> nodes,
                        bool witnesses_resume) {
  return Departure(packing, roster, nodes, witnesses_resume).Go();
}

}  // namespace continuo::coordinator
