// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <tuple>
#include <vector>

#include "coordinator/core/occupancy.h"

namespace continuo::coordinator {

/// The nodes of a fleet while replicas are laid onto them. Names, domains and measured costs are turned into arrays
/// once, so that looking for a place is a pass over a few of them: a thousand nodes take a microsecond. Nodes are
/// meant by their position in the fleet; the fleet must outlive the packing.
class Packing {
 public:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  explicit Packing(const Fleet& fleet);
  Packing(const Fleet& fleet, const Occupancy& occupancy);

  /// Turns to this task, of which nothing is placed. Everything below concerns it.
  void Consider(const PlacementTask& task);
  /// It has a replica there, which takes no more room than it does already.
  void Occupy(std::size_t node);
  /// Nothing of it shall go there.
  void Bar(std::size_t node);

  /// The node that would be least filled with one more replica, among those whose domain holds the fewest of them; or
  /// kNone.
  std::size_t Best() const;
  /// Puts a replica there.
  void Put(std::size_t node);
  /// What it costs there, in nanoseconds per frame.
  std::int64_t CostAt(std::size_t node) const { return cost_ns_[node]; }
  const PlacementTask& task() const { return *task_; }
  bool IsOccupied(std::size_t node) const { return taken_[node] == kOccupied; }
  bool IsBarred(std::size_t node) const { return taken_[node] == kBarred; }
  /// The show lets the task run there.
  bool MayRun(std::size_t node) const {
    if (fleet_[node].only_named && task_->on.empty()) return false;
    return MayRunOn(task_->on, fleet_[node].name);
  }
  /// Computes and is not drained.
  bool IsOpen(std::size_t node) const { return open_[node] != 0; }
  bool HasRoom(std::size_t node) const;
  /// Replicas of it in the domain of that node.
  int InDomain(std::size_t node) const { return in_domain_[domain_[node]]; }

  /// Something else takes room there, or (negative) leaves it: so many replicas, or with 0 something that is none.
  void Load(std::size_t node, std::int64_t cost_ns, std::int64_t memory_bytes, int replicas);
  std::int64_t load_ns(std::size_t node) const { return load_ns_[node]; }
  std::int64_t memory_left(std::size_t node) const { return memory_left_[node]; }
  /// An agent runs so many replicas and no more, whatever they cost.
  bool HasSeat(std::size_t node) const { return seats_left_[node] > 0; }

  const Fleet& fleet() const { return fleet_; }
  /// kNone if the fleet has no node of that id.
  std::size_t IndexOf(plan::NodeId id) const {
    return id < index_of_.size() ? index_of_[id] : kNone;
  }

 private:
  static constexpr std::size_t kBlock = 32;
  enum Taken : std::uint8_t { kFree, kOccupied, kBarred, kForbidden };

  void Mark(std::size_t node, Taken taken);
  const std::vector<std::int64_t>& Measured(int kernel);
  void SetCosts(const PlacementTask& task);
  std::size_t BestOfDomainsWith(int replicas) const;

  const Fleet& fleet_;
  std::vector<std::size_t> index_of_;  ///< by node id
  std::vector<std::int64_t> load_ns_, memory_left_;
  std::vector<int> seats_left_;
  std::vector<std::int64_t> least_load_ns_;  ///< of each kBlock nodes that stand side by side
  std::vector<std::uint16_t> domain_;
  std::vector<std::uint8_t> open_;
  bool some_only_named_ = false;
  std::vector<std::vector<std::int64_t>>
      measured_;  ///< by kernel + 1, then node; empty: not asked for yet

  const PlacementTask* task_ = nullptr;
  std::vector<std::int64_t> cost_ns_;        ///< of the task, by node
  std::vector<std::int64_t> least_cost_ns_;  ///< likewise, of each kBlock nodes
  /// What `cost_ns_` depends on; most tasks cost what the one before does.
  std::tuple<int, int, std::int64_t> costs_of_ = {-2, 0, 0};
  std::vector<Taken> taken_;
  std::vector<std::size_t> marked_;  ///< not kFree
  std::vector<std::uint16_t> in_domain_;
  int in_domain_max_ = 0;
};

}  // namespace continuo::coordinator
