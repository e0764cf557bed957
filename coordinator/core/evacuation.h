// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "coordinator/core/rebalance.h"

// Where everything goes that a node holds: when it is drained, when it has died, and beforehand, to know whether its
// death could be borne.

namespace continuo::coordinator {

class Packing;
class Roster;

/// A replica for which there is no place.
struct Stranded {
  dsp::TaskId task = 0;
  std::string reason;   ///< why, and what is nearest possible
  bool by_room = true;  ///< false: there is no other node at all, however empty
  bool spare = false;   ///< the others are as many as the task needs: it may just be dropped
};

struct Evacuation {
  std::vector<Move> moves;  ///< tier by tier, dearest first; `from` is where it was
  std::vector<Stranded> stranded;
};

/// A place for each replica on `node`, whether it is in the fleet or has died. `fleet` may still list it.
Evacuation Evacuate(plan::NodeId node, const std::vector<PlacementTask>& tasks, const Fleet& fleet,
                    const Occupancy& occupancy);

/// The same for all of `nodes` at once, laid onto `packing`, which is left as it was. A witness resumes its task where
/// it is if `witnesses_resume`; else it stands in the way of a replica like another.
Evacuation EvacuateOnto(Packing& packing, const Roster& roster, std::span<const plan::NodeId> nodes,
                        bool witnesses_resume);

}  // namespace continuo::coordinator
