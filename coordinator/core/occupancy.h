// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "coordinator/core/fleet.h"
#include "coordinator/core/placement_task.h"
#include "proto/plan/plan.h"

namespace continuo::coordinator {

/// Something that takes room on a node: a replica, or an output.
struct Occupant {
  dsp::TaskId task = 0;  ///< 0: an output
  plan::NodeId node = 0;
  std::int64_t cost_ns = 0;  ///< per frame; of a witness 0
  std::int64_t memory_bytes = 0;
  bool witness = false;
  bool leaving = false;  ///< it was asked to, and is still there
  bool fixed =
      false;  ///< cannot be moved: an output, a witness, or of a task with which something is under way
  bool operator==(const Occupant&) const = default;
};

/// What runs where. Nodes that are not in the fleet (dead, detached) may occur: what they hold counts as a replica of
/// its task until the plan forgets it, and takes no room.
struct Occupancy {
  std::vector<Occupant> occupants;  ///< in any order; it decides nothing
};

/// What an output takes there.
Occupant OutputOn(plan::NodeId node);

/// What this plan puts where, at the costs that `tasks` and `fleet` state. Tasks of the plan that are not in `tasks`
/// are left out.
Occupancy OccupancyOf(const plan::Plan& plan, const std::vector<PlacementTask>& tasks,
                      const Fleet& fleet);

/// The same, of one more replica.
void AddReplica(Occupancy& occupancy, const PlacementTask& task, const plan::Replica& replica,
                const Fleet& fleet);

/// This replica was measured to take `cost_ns` per frame: it takes no less. Nothing happens if there is none.
void RaiseToMeasured(Occupancy& occupancy, dsp::TaskId task, plan::NodeId node,
                     std::int64_t cost_ns);

/// Something is under way with this task already: its replicas stay where they are.
void SetFixed(Occupancy& occupancy, dsp::TaskId task);

}  // namespace continuo::coordinator
