// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/shedding.h"

#include <algorithm>
#include <tuple>

#include "coordinator/core/packing.h"
#include "coordinator/core/roster.h"

namespace continuo::coordinator {
namespace {

struct Victim {
  const PlacementTask* task;
  std::int64_t cost_ns, memory_bytes;
  bool last;  ///< nothing computes its task without it
};

/// What it takes to make room on one node.
struct Sacrifice {
  bool possible = false;
  std::size_t silenced = 0, upper = 0;  ///< tasks that fall silent; replicas above tier 2
  std::vector<dsp::TaskId> tasks;

  auto Rank() const { return std::tuple(!possible, silenced, upper, tasks.size()); }
};

class Shedder {
 public:
  Shedder(const PlacementTask& task, bool silent, const Roster& roster, Packing& packing)
      : task_(task), silent_(silent), roster_(roster), packing_(packing) {}

  Sacrifice On(std::size_t node) const {
    std::int64_t room = kBudgetNsPerFrame - packing_.load_ns(node) - packing_.CostAt(node);
    std::int64_t memory = packing_.memory_left(node) - task_.memory_bytes;
    Sacrifice sacrifice;
    for (const Victim& victim : VictimsOn(node)) {
      if (room >= 0 && memory >= 0) break;
      room += victim.cost_ns;
      memory += victim.memory_bytes;
      sacrifice.tasks.push_back(victim.task->id);
      sacrifice.silenced += victim.last ? 1 : 0;
      sacrifice.upper += victim.task->tier < 2 ? 1 : 0;
    }
    sacrifice.possible = room >= 0 && memory >= 0;
    return sacrifice;
  }

 private:
  /// In the order in which they go.
  std::vector<Victim> VictimsOn(std::size_t node) const {
    std::vector<Victim> victims;
    for (const Occupant& occupant : roster_.OnNode(packing_.fleet()[node].id)) {
      const PlacementTask* task = roster_.Find(occupant.task);
      if (task == nullptr || task->id == task_.id) continue;
      const Victim victim{task, occupant.cost_ns, occupant.memory_bytes, IsLast(occupant)};
      if (MayGo(victim)) victims.push_back(victim);
    }
    std::sort(victims.begin(), victims.end(), [](const Victim& a, const Victim& b) {
      return std::tie(b.task->tier, a.last, b.cost_ns, a.task->id) <
             std::tie(a.task->tier, b.last, a.cost_ns, b.task->id);
    });
    return victims;
  }

  bool MayGo(const Victim& victim) const {
    if (victim.task->tier == 0) return false;
    if (victim.task->tier > task_.tier) return silent_ || !victim.last;
    return silent_ && !victim.last && victim.task->tier == task_.tier;
  }

  bool IsLast(const Occupant& occupant) const {
    const auto replicas = roster_.OfTask(occupant.task);
    return std::none_of(replicas.begin(), replicas.end(), [&](const Occupant& other) {
      return other.node != occupant.node && !other.witness &&
             packing_.IndexOf(other.node) != Packing::kNone;
    });
  }

  const PlacementTask& task_;
  const bool silent_;
  const Roster& roster_;
  const Packing& packing_;
};

}  // namespace

Shedding Shed(const PlacementTask& task, const std::vector<plan::NodeId>& taken,
              const std::vector<PlacementTask>& tasks, const Fleet& fleet,
              const Occupancy& occupancy) {
  const Roster roster(tasks, occupancy);
  Packing packing(fleet, occupancy);
  packing.Consider(task);
  bool silent = true;
  for (const plan::NodeId id : taken) {
    if (packing.IndexOf(id) == Packing::kNone) continue;
    packing.Occupy(packing.IndexOf(id));
    silent = false;
  }
  const Shedder shedder(task, silent, roster, packing);
  Shedding shedding;
  Sacrifice least;
  for (std::size_t i = 0; i < fleet.size(); ++i) {
    if (!packing.IsOpen(i) || packing.IsOccupied(i)) continue;
    Sacrifice here = shedder.On(i);
    if (!here.possible || (shedding.node != 0 && here.Rank() >= least.Rank())) continue;
    shedding.node = fleet[i].id;
    least = std::move(here);
  }
  shedding.tasks = std::move(least.tasks);
  return shedding;
}

}  // namespace continuo::coordinator
