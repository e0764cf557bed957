// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <vector>

#include "coordinator/core/ledger.h"
#include "coordinator/core/packing.h"
#include "coordinator/core/placement.h"

// What placement (placement.h) has to know of the show that plays.

namespace continuo::coordinator {

struct Room {
  Fleet fleet;
  std::vector<PlacementTask> tasks;  ///< as in the plan, with the replicas that are wanted now
  Occupancy occupancy;

  const PlacementTask& Of(dsp::TaskId task) const;
};
Room RoomOf(const Ledger& ledger);

/// Which task is made good before which, the lowest number first: tier by tier, in the order of the plan.
std::map<dsp::TaskId, std::size_t> RankByTier(const Ledger& ledger);

/// Places for many new replicas, one after the other: those that Choose would name, without a look at the whole room
/// for each. The plan's replicas may change meanwhile by what is taken here alone.
class Places {
 public:
  explicit Places(const Ledger& ledger)
      : room_(RoomOf(ledger)), packing_(room_.fleet, room_.occupancy) {}
  Places(const Places&) = delete;
  Places& operator=(const Places&) = delete;

  /// The best node for one more replica of that task of the plan, which then takes its room there; 0: there is none.
  plan::NodeId Take(const plan::Task& task, plan::Role role);

 private:
  const PlacementTask& WishOf(dsp::TaskId task);

  const Room room_;
  std::size_t next_ = 0;  ///< where the wish stands that is likely to be asked for
  Packing packing_;
};

/// Nodes that have a replica of it, well or not.
std::vector<plan::NodeId> NodesOf(const plan::Task& task);
/// Those of them that have more than a witness.
std::vector<plan::NodeId> ComputingNodesOf(const plan::Task& task);

/// Nodes onto which as many joins are under way as one node is given at once.
std::vector<plan::NodeId> BusyNodes(const Ledger& ledger);

/// The best node for one more replica of the task. Where nothing else is left, one whose witness of the task has to
/// make way.
Choice Choose(const Room& room, const plan::Task& task, std::span<const plan::NodeId> barred = {});
Choice Choose(const Ledger& ledger, const plan::Task& task,
              std::span<const plan::NodeId> barred = {});

/// As many replicas as these others are all that the show needs, and no node has room for one more.
bool IsSpare(const Ledger& ledger, const plan::Task& task, int others);

/// A node for one more witness of the task; 0: there is none.
plan::NodeId PlaceForWitness(const Room& room, const plan::Task& task);
plan::NodeId PlaceForWitness(const Ledger& ledger, const plan::Task& task);

/// Why this very node cannot take one now; empty: it can.
std::string WhyNotOn(const Ledger& ledger, const plan::Task& task, plan::NodeId node);

/// Names of the nodes that can.
std::vector<std::string> PossibleNodes(const Ledger& ledger, const plan::Task& task);

}  // namespace continuo::coordinator
