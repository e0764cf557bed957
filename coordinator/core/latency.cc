// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/latency.h"

#include <algorithm>
#include <map>

#include "coordinator/core/margin_watch.h"
#include "coordinator/core/playout_need.h"

namespace continuo::coordinator {
namespace {

Frames WholeMs(Frames frames) {
  constexpr Frames kMs = kSampleRate / 1000;
  return (std::max<Frames>(frames, 1) + kMs - 1) / kMs * kMs;
}

/// The least safe offset with which a copy so late leaves the margin that is asked for, and after a loss the time to
/// ask for it again and be answered (playout_need.h).
Frames EnoughFor(Frames worst, const plan::Plan& plan) {
  const Frames quantum = plan.quantum;
  const Frames repair =
      2 * ((plan.timing.repair_after + quantum - 1) / quantum * quantum) + 2 * quantum;
  const Frames with_margin = worst <= 0 ? 0 : worst * 100 / (100 - kMarginLowPercent) + 1;
  return WholeMs(std::max(with_margin, worst + repair));
}

class Looking {
 public:
  explicit Looking(const View& view) : view_(view) {
    for (const NodeView& node : view.nodes) names_[node.id] = node.name;
    for (const TaskView& task : view.tasks) tasks_[task.id] = &task;
    for (const NodeView& node : view.nodes) NoteTypical(node);
  }

  LatencyView Run() {
    LatencyView latency;
    latency.playout = view_.plan.timing.playout;
    for (const NodeView& node : view_.nodes) {
      if (!node.attached || !node.status) continue;
      for (const plan::StreamStatus& stream : node.status->streams) AddLegs(node, stream, latency);
    }
    if (latency.legs.empty()) return latency;
    latency.chain_needs = WholeMs(NeedOfChains());
    latency.playout_enough = latency.chain_needs;
    // Safe offsets are shares of the playout.
    for (const LegLatency& leg : latency.legs) {
      const Frames playout = (leg.enough * latency.playout + leg.offset - 1) / leg.offset;
      latency.playout_enough = std::max(latency.playout_enough, WholeMs(playout));
    }
    return latency;
  }

 private:
  /// The first copy of a stream that is typically on a node.
  void NoteTypical(const NodeView& node) {
    if (!node.status) return;
    for (const plan::StreamStatus& stream : node.status->streams) {
      for (const plan::LegStatus& leg : stream.legs) {
        if (!leg.measured) continue;
        const auto [at, added] = typical_.try_emplace({node.id, stream.task}, leg.delay_mean);
        if (!added) at->second = std::min(at->second, leg.delay_mean);
      }
    }
  }

  /// When the node that computes the task typically has all its inputs.
  std::optional<Frames> InputsOf(const TaskView& task, plan::NodeId node) const {
    std::optional<Frames> last;
    const auto hear = [&](dsp::TaskId from) {
      const auto found = typical_.find({node, from});
      if (found != typical_.end()) last = std::max(last.value_or(found->second), found->second);
    };
    if (task.id != dsp::kConductorId) hear(dsp::kConductorId);
    for (const dsp::TaskId from : task.inputs) hear(from);
    return last;
  }

  void AddLegs(const NodeView& node, const plan::StreamStatus& stream, LatencyView& out) const {
    const auto task = tasks_.find(stream.task);
    if (stream.needed_after <= 0 || task == tasks_.end()) return;
    for (const plan::LegStatus& leg : stream.legs) {
      const auto from = names_.find(leg.node);
      if (!leg.measured || from == names_.end()) continue;
      LegLatency& seen = out.legs.emplace_back();
      seen.task = task->second->name;
      seen.from = from->second;
      seen.to = node.name;
      seen.network = leg.network;
      seen.typical = leg.delay_mean;
      seen.worst = leg.delay_worst;
      seen.offset = stream.needed_after;
      seen.margin = seen.offset - seen.worst;
      seen.percent = MarginPercent(seen.offset, seen.worst);
      seen.enough = EnoughFor(seen.worst, view_.plan);
      const auto inputs = InputsOf(*task->second, leg.node);
      if (inputs) seen.hop = leg.delay_mean - *inputs;
    }
  }

  /// Sources come before those that hear them.
  Frames NeedOfChains() const {
    std::map<dsp::TaskId, int> depths;
    int deepest = 1;
    for (const TaskView& task : view_.tasks) {
      int& depth = depths[task.id];
      depth = task.id == dsp::kConductorId ? 0 : 1;
      for (const dsp::TaskId from : task.inputs) depth = std::max(depth, depths[from] + 1);
      deepest = std::max(deepest, depth);
    }
    return PlayoutFor(deepest, deepest, view_.plan.quantum, view_.plan.timing);
  }

  const View& view_;
  std::map<plan::NodeId, std::string> names_;
  std::map<dsp::TaskId, const TaskView*> tasks_;
  std::map<std::pair<plan::NodeId, dsp::TaskId>, Frames> typical_;
};

}  // namespace

LatencyView LatencyOf(const View& view) {
  return Looking(view).Run();
}

}  // namespace continuo::coordinator
