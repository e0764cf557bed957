// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "coordinator/core/show_rules.h"
#include "proto/plan/hold.h"

// Does the playout leave time for the longest chain of tasks? The sample index does not shift along a chain; what is
// late is only late. This is an estimate from above, so it warns and forbids nothing.

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
Frames ArrivalAfter(int hops, const Show& show) {
  const Frames quantum = show.quantum;
  const Frames repair = 2 * WholeQuanta(show.timing.repair_after, quantum) + 2 * quantum;
  return 2 * quantum + 2 * quantum * hops + repair;
}

/// The playout that a chain of `depth` tasks needs in a show whose longest has `deepest`. The first hop is that of the
/// conductor, whom every task hears. A task conceals what has not come by its hold (plan/hold.h), the output by the
/// playout.
Frames PlayoutFor(int depth, int deepest, const Show& show) {
  Frames needed = ArrivalAfter(depth + 1, show);
  for (int d = 1; d <= depth; ++d) {
    needed = std::max(needed, plan::PlayoutForHold(ArrivalAfter(d, show), d, deepest));
  }
  return needed;
}

/// The longest chain that leads to each task.
class Chains {
 public:
  explicit Chains(const Show& show) : show_(show), depths_(show.tasks.size(), 0) {
    for (const ShowTask& task : show.tasks) deepest_ = std::max(deepest_, DepthOf(task));
  }

  int deepest() const { return deepest_; }

  /// Tasks of the chain that ends with `task`.
  int DepthOf(const ShowTask& task) {
    int& depth = depths_[IndexOf(task)];
    if (depth != 0) return depth;
    const ShowTask* source = Before(task);
    return depth = 1 + (source == nullptr ? 0 : DepthOf(*source));
  }

  /// Names along the sound: "drums > room > master".
  std::string TextOf(const ShowTask& task) {
    constexpr int kMost = 8;
    const int depth = DepthOf(task);
    std::string text = task.name;
    const ShowTask* at = &task;
    for (int i = 1; i < depth; ++i) {
      at = Before(*at);
      const bool shown = depth <= kMost || i < kMost / 2 || i == depth - 1;
      if (shown) text = at->name + " > " + text;
      if (!shown && i == kMost / 2) text = "... > " + text;
    }
    return text;
  }

 private:
  std::size_t IndexOf(const ShowTask& task) const {
    return static_cast<std::size_t>(&task - show_.tasks.data());
  }

  /// The input with the longest chain; nullptr: it has none.
  const ShowTask* Before(const ShowTask& task) {
    const ShowTask* longest = nullptr;
    for (const ShowWire& wire : task.inputs) {
      const ShowTask* source = FindShowTask(show_, wire.from);
      if (longest == nullptr || DepthOf(*source) > DepthOf(*longest)) longest = source;
    }
    return longest;
  }

  const Show& show_;
  std::vector<int> depths_;  ///< 0: not known yet
  int deepest_ = 0;
};

std::string MillisecondsUp(Frames frames) {
  constexpr Frames kMs = kSampleRate / 1000;
  return std::to_string((frames + kMs - 1) / kMs) + "ms";
}

}  // namespace

void CheckLatency(const Show& show, Issues& issues) {
  Chains chains(show);
  for (const ShowOutput& output : show.outputs) {
    const ShowTask& last = *FindShowTask(show, output.from);
    const Frames needed = PlayoutFor(chains.DepthOf(last), chains.deepest(), show);
    if (needed <= show.timing.playout) continue;
    issues.Warning("outputs." + output.name,
                   "its longest chain, " + chains.TextOf(last) + ", may need a playout of " +
                       MillisecondsUp(needed) + ", and timing.playout is " +
                       std::to_string(show.timing.playout * 1000 / kSampleRate) +
                       "ms: what is repaired, or comes after a death, would be too late; set "
                       "timing.playout to " +
                       MillisecondsUp(needed) +
                       ", take a smaller quantum, or put fewer tasks in a row");
  }
}

}  // namespace continuo::coordinator
