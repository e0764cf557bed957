// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "coordinator/core/playout_need.h"
#include "coordinator/core/show_rules.h"

// Does the playout leave time for the longest chain of tasks? The sample index does not shift along a chain; what is
// late is only late. This is an estimate from above, so it warns and forbids nothing.

namespace continuo::coordinator {
namespace {

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
    const Frames needed =
        PlayoutFor(chains.DepthOf(last), chains.deepest(), show.quantum, show.timing);
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
