// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "coordinator/core/occupancy.h"

// Where replicas and outputs run. Greedy, in integers and in a fixed order, so the same wish on the same fleet
// always gives the same answer: dearest task first, each replica on the node that has least to do among those of a
// domain the task has not used yet. Two replicas of a task never share a node; they share a domain only where there
// are fewer domains than replicas, and that is said.

namespace continuo::coordinator {

struct NodeLoad {
  plan::NodeId node = 0;
  std::int64_t cost_ns = 0;  ///< per frame
};

struct Placement {
  std::vector<std::vector<plan::NodeId>> replicas;  ///< of tasks[i]
  std::vector<plan::NodeId> outputs;                ///< node of output i
  std::vector<NodeLoad> loads;                      ///< of every node of the fleet, by id
  std::vector<std::string> warnings;
  std::string error;  ///< not empty: cannot be; why, and what could
};

/// For each feed the name of its node; empty: any that can record.
using FeedNodes = std::vector<std::string>;

/// Each feed on a node of its own. Says nothing about what comes of a death: see admission.h.
Placement Place(const std::vector<PlacementTask>& tasks, const FeedNodes& feeds,
                const Fleet& fleet);

/// What runs where once `placement` is in force.
Occupancy OccupancyOf(const Placement& placement, const std::vector<PlacementTask>& tasks,
                      const Fleet& fleet);

/// Where one more replica could go.
struct Choice {
  plan::NodeId node = 0;  ///< 0: nowhere
  std::string why_not;    ///< nowhere: a sentence with what is nearest possible
  std::string warning;    ///< not empty: the place is worse than asked for (a domain is shared)
};

/// The best node for one more replica of `task`, which runs on `taken` already (all of its replicas in the plan, alive
/// or not). `barred` are nodes not to use for other reasons: where a join has failed, or too many are under way.
Choice PlaceOne(const PlacementTask& task, std::span<const plan::NodeId> taken, const Fleet& fleet,
                const Occupancy& occupancy, std::span<const plan::NodeId> barred = {});

/// Why this very node cannot take a replica of `task`; empty if it can. For a person who named it.
std::string WhyNot(const PlacementTask& task, plan::NodeId node,
                   std::span<const plan::NodeId> taken, const Fleet& fleet,
                   const Occupancy& occupancy);

}  // namespace continuo::coordinator
