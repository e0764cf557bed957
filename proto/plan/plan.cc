// SPDX-License-Identifier: Apache-2.0
#include "proto/plan/plan.h"

#include <algorithm>

namespace continuo::plan {

const Node* FindNode(const Plan& plan, NodeId id) {
  const auto at = std::ranges::lower_bound(plan.nodes, id, {}, &Node::id);
  return at == plan.nodes.end() || at->id != id ? nullptr : &*at;
}

const Task* FindTask(const Plan& plan, TaskId id) {
  // Where it stands in most plans that no other was made of.
  const std::size_t likely = id - 1u;
  if (likely < plan.tasks.size() && plan.tasks[likely].description.id == id) {
    return &plan.tasks[likely];
  }
  const auto has_id = [id](const Task& task) { return task.description.id == id; };
  const auto at = std::ranges::find_if(plan.tasks, has_id);
  return at == plan.tasks.end() ? nullptr : &*at;
}

const Task* FindTask(const Plan& plan, std::string_view name) {
  const Task* found = nullptr;
  for (const Task& task : plan.tasks) {
    if (task.description.name.view() != name) continue;
    if (found == nullptr || task.span.ends == dsp::kForever) found = &task;
  }
  return found;
}

std::vector<dsp::Wire> WiresOf(const Output& output) {
  std::vector<dsp::Wire> wires;
  if (output.before != 0) wires.push_back({.from = output.before, .port = 0, .ends = output.since});
  wires.push_back({.from = output.from, .port = 0, .begins = output.since});
  return wires;
}

}  // namespace continuo::plan
