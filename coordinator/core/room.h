// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "coordinator/core/ledger.h"
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

/// Tasks in the order in which they are made good: tier by tier, in that of the plan.
std::vector<dsp::TaskId> ByTier(const Ledger& ledger);

/// Nodes that have a replica of it, well or not.
std::vector<plan::NodeId> NodesOf(const plan::Task& task);
/// Those of them that have more than a witness.
std::vector<plan::NodeId> ComputingNodesOf(const plan::Task& task);

/// Nodes onto which as many joins are under way as one node is given at once.
std::vector<plan::NodeId> BusyNodes(const Ledger& ledger);

/// The best node for one more replica of the task. Where nothing else is left, one whose witness of the task has to
/// make way.
Choice Choose(const Ledger& ledger, const plan::Task& task,
              std::span<const plan::NodeId> barred = {});

/// As many replicas as these others are all that the show needs, and no node has room for one more.
bool IsSpare(const Ledger& ledger, const plan::Task& task, int others);

/// A node for one more witness of the task; 0: there is none.
plan::NodeId PlaceForWitness(const Ledger& ledger, const plan::Task& task);

/// Why this very node cannot take one now; empty: it can.
std::string WhyNotOn(const Ledger& ledger, const plan::Task& task, plan::NodeId node);

/// Names of the nodes that can.
std::vector<std::string> PossibleNodes(const Ledger& ledger, const plan::Task& task);

}  // namespace continuo::coordinator
