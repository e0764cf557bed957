// SPDX-License-Identifier: Apache-2.0
#include "proto/plan/performance.h"

#include <algorithm>
#include <utility>

namespace continuo::plan {
namespace {

/// Adds to `all` what `wires` has beyond it, and takes over where a wire ends. Equal wires are counted.
template <typename All, typename Wires>
void Merge(All& all, const Wires& wires) {
  std::vector<bool> met(all.size(), false);
  for (const dsp::Wire& wire : wires) {
    std::size_t i = 0;
    for (; i < met.size(); ++i) {
      const bool same =
          all[i].from == wire.from && all[i].port == wire.port && all[i].begins == wire.begins;
      if (same && !met[i]) break;
    }
    if (i == met.size()) {
      all.push_back(wire);
    } else {
      met[i] = true;
      all[i].ends = wire.ends;
    }
  }
}

Task& TaskFor(std::vector<Task>& tasks, const Task& task) {
  for (Task& known : tasks) {
    if (known.description.id == task.description.id) return known;
  }
  Task& added = tasks.emplace_back(task);
  added.description.wires.clear();
  return added;
}

void AddOutput(Performance& all, const Output& output) {
  std::size_t i = 0;
  while (i < all.outputs.size() && all.outputs[i].id != output.id) ++i;
  if (i == all.outputs.size()) {
    all.outputs.push_back(output);
    all.output_wires.emplace_back();
  }
  all.outputs[i] = output;
  std::vector<dsp::Wire>& wires = all.output_wires[i];
  // A plan tells of the last move only, and forgets it when it is over.
  const bool moved = !wires.empty() && wires.back().from != output.from;
  if (moved) wires.back().ends = output.since;
  if (moved || wires.empty()) {
    wires.push_back({.from = output.from, .port = 0, .begins = moved ? output.since : 0});
  }
}

std::vector<Task> InTopologicalOrder(std::vector<Task> left) {
  std::vector<Task> ordered;
  const auto is_placed = [&ordered](const dsp::Wire& wire) {
    return std::any_of(ordered.begin(), ordered.end(),
                       [&wire](const Task& task) { return task.description.id == wire.from; });
  };
  while (!left.empty()) {
    auto next = std::find_if(left.begin(), left.end(), [&](const Task& task) {
      return std::all_of(task.description.wires.begin(), task.description.wires.end(), is_placed);
    });
    if (next == left.end()) next = left.begin();  // a loop: whoever renders it will say so
    ordered.push_back(std::move(*next));
    left.erase(next);
  }
  return ordered;
}

}  // namespace

Performance Gather(std::span<const Plan> plans) {
  Performance all;
  for (const Plan& plan : plans) {
    for (const Task& task : plan.tasks) {
      Task& known = TaskFor(all.tasks, task);
      Merge(known.description.wires, task.description.wires);
      known.span.ends = task.span.ends;
    }
    for (const Output& output : plan.outputs) AddOutput(all, output);
  }
  all.tasks = InTopologicalOrder(std::move(all.tasks));
  return all;
}

}  // namespace continuo::plan
