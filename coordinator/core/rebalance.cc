// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/rebalance.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <tuple>

#include "coordinator/core/cost_estimate.h"
#include "coordinator/core/packing.h"
#include "coordinator/core/roster.h"

namespace continuo::coordinator {
namespace {

constexpr std::int64_t OfBudget(int percent) {
  return kBudgetNsPerFrame * percent / 100;
}

/// A move that could be made. Nodes are positions in the fleet.
struct Candidate {
  const PlacementTask* task;
  std::size_t from, to;
  std::int64_t cost_from, cost_to;
  std::int64_t fuller;  ///< load of the fuller of both nodes afterwards

  /// What improves most, then what is of the lowest tier.
  auto Rank() const { return std::tuple(fuller, -task->tier, task->id, to); }
};

class Balancing {
 public:
  Balancing(const std::vector<PlacementTask>& tasks, const Fleet& fleet, const Occupancy& occupancy,
            const BalanceRules& rules)
      : fleet_(fleet),
        roster_(tasks, occupancy),
        estimate_(fleet, roster_),
        packing_(fleet, occupancy),
        rules_(rules),
        was_full_(fleet.size(), false) {}

  std::vector<Move> Run() {
    while (static_cast<int>(moves_.size()) < rules_.moves_max) {
      const std::optional<Candidate> best = NextMove();
      if (!best) break;
      Make(*best);
    }
    return std::move(moves_);
  }

 private:
  /// The best move off the fullest node from which there is one.
  std::optional<Candidate> NextMove() {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < fleet_.size(); ++i) {
      if (packing_.IsOpen(i)) order.push_back(i);
    }
    if (order.empty()) return std::nullopt;
    const auto load = [this](std::size_t i) { return packing_.load_ns(i); };
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return load(a) > load(b); });
    const std::int64_t least = load(order.back());
    for (const std::size_t from : order) {
      if (rules_.only != 0 && fleet_[from].id != rules_.only) continue;
      const bool full = IsFull(from);
      if (!full && load(from) - least <= OfBudget(rules_.spread)) continue;
      if (std::optional<Candidate> best = BestMoveFrom(from, full)) return best;
    }
    return std::nullopt;
  }

  /// One that was too full is so until it is relieved.
  bool IsFull(std::size_t node) {
    if (packing_.load_ns(node) > OfBudget(rules_.full)) was_full_[node] = true;
    return was_full_[node] && packing_.load_ns(node) > OfBudget(rules_.relieved);
  }

  std::optional<Candidate> BestMoveFrom(std::size_t from, bool full) {
    std::optional<Candidate> best;
    for (const Occupant& occupant : roster_.OnNode(fleet_[from].id)) {
      const PlacementTask* task = roster_.Find(occupant.task);
      if (task == nullptr || occupant.fixed || HasMoved(occupant.task)) continue;
      const int sharing = Consider(*task, from);
      for (std::size_t to = 0; to < fleet_.size(); ++to) {
        const Candidate candidate = Moving(*task, occupant.cost_ns, from, to);
        if (best && candidate.Rank() >= best->Rank()) continue;
        if (IsAllowed(candidate, sharing) && IsWorthwhile(candidate, full)) best = candidate;
      }
    }
    return best;
  }

  /// Turns to the task as if its replica on `from` were gone; replicas in that node's domain then.
  int Consider(const PlacementTask& task, std::size_t from) {
    packing_.Consider(task);
    packing_.Bar(from);
    for (const Occupant& occupant : roster_.OfTask(task.id)) {
      const std::size_t i = packing_.IndexOf(occupant.node);
      if (i != Packing::kNone && i != from) packing_.Occupy(i);
    }
    return packing_.InDomain(from);
  }

  Candidate Moving(const PlacementTask& task, std::int64_t cost_from, std::size_t from,
                   std::size_t to) const {
    const std::int64_t cost_to = estimate_.On(task, to);
    return {&task,   from,
            to,      cost_from,
            cost_to, std::max(packing_.load_ns(from) - cost_from, packing_.load_ns(to) + cost_to)};
  }

  bool IsAllowed(const Candidate& move, int sharing) const {
    const std::size_t to = move.to;
    return packing_.IsOpen(to) && packing_.MayRun(to) && !packing_.IsOccupied(to) &&
           !packing_.IsBarred(to) && packing_.InDomain(to) <= sharing &&
           packing_.memory_left(to) >= move.task->memory_bytes && packing_.HasSeat(to) &&
           packing_.load_ns(to) + move.cost_to <= OfBudget(rules_.fits);
  }

  /// A full node is glad of every little, if only the other one stays well below what this one was.
  bool IsWorthwhile(const Candidate& move, bool full) const {
    const std::int64_t then = full ? packing_.load_ns(move.to) + move.cost_to : move.fuller;
    return packing_.load_ns(move.from) - then >= OfBudget(rules_.gain);
  }

  void Make(const Candidate& move) {
    const std::string from = "\"" + fleet_[move.from].name + "\"";
    const std::string to = "\"" + fleet_[move.to].name + "\"";
    std::string reason = from + " is filled to " + BudgetText(packing_.load_ns(move.from)) +
                         " of its budget and " + to + " to " +
                         BudgetText(packing_.load_ns(move.to));
    packing_.Load(move.from, -move.cost_from, -move.task->memory_bytes, -1);
    packing_.Load(move.to, move.cost_to, move.task->memory_bytes, 1);
    reason += "; then it is " + BudgetText(packing_.load_ns(move.from)) + " and " +
              BudgetText(packing_.load_ns(move.to));
    moves_.push_back({move.task->id, fleet_[move.from].id, fleet_[move.to].id, std::move(reason)});
  }

  bool HasMoved(dsp::TaskId task) const {
    return std::any_of(moves_.begin(), moves_.end(),
                       [task](const Move& move) { return move.task == task; });
  }

  const Fleet& fleet_;
  const Roster roster_;
  const CostEstimate estimate_;
  Packing packing_;
  const BalanceRules rules_;
  std::vector<bool> was_full_;
  std::vector<Move> moves_;
};

}  // namespace

std::vector<Move> Rebalance(const std::vector<PlacementTask>& tasks, const Fleet& fleet,
                            const Occupancy& occupancy, const BalanceRules& rules) {
  return Balancing(tasks, fleet, occupancy, rules).Run();
}

}  // namespace continuo::coordinator
