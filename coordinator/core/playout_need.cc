// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/playout_need.h"

#include <algorithm>

#include "proto/plan/hold.h"

namespace continuo::coordinator {
namespace {

Frames WholeQuanta(Frames frames, Frames quantum) {
  return (frames + quantum - 1) / quantum * quantum;
}

/// When a packet has come through `hops` hops, at the latest, counted from its last sample (frames). With P for the
/// quantum, which is also the period in which a node wakes up:
///
///   2P            one exchange of promises. A replica promises ahead by more than the silence, so when a node dies its
///                 fellows have given it up before the packet ends; then each has to say so in its next tick (P), and
///                 to be heard in a tick of the other (P). Promises do not depend on inputs: all tasks of the chain
///                 exchange them at the same time, so this is counted once.
///   2P each hop   a packet leaves at the end of the tick that computed it (P), and lies in the receiver's socket until
///                 that one's next tick (P), for nodes wake in different phases. The network is within that. Tasks of
///                 one node hand packets on within a tick, but where tasks run may change.
///   2A + 2P       one repair. A hole is asked for when it is repair_after to twice that old, in whole ticks (A),
///                 answered in the sender's next tick (P) and taken in the receiver's next (P). A hole is what is lost
///                 in all copies; two of them in one packet's chain are two faults.
Frames ArrivalAfter(int hops, Frames quantum, const plan::Timing& timing) {
  const Frames repair = 2 * WholeQuanta(timing.repair_after, quantum) + 2 * quantum;
  return 2 * quantum + 2 * quantum * hops + repair;
}

}  // namespace

Frames PlayoutFor(int depth, int deepest, Frames quantum, const plan::Timing& timing) {
  Frames needed = ArrivalAfter(depth + 1, quantum, timing);
  for (int d = 1; d <= depth; ++d) {
    needed = std::max(needed, plan::PlayoutForHold(ArrivalAfter(d, quantum, timing), d, deepest));
  }
  return needed;
}

}  // namespace continuo::coordinator
