// SPDX-License-Identifier: Apache-2.0
#include "proto/plan/part.h"

namespace continuo::plan {

Task ForeignWithoutWires(const Task& of) {
  Task task;  // most of a task is what it is made of, so the whole is not copied
  task.foreign = true;
  task.description.id = of.description.id;
  task.description.name = of.description.name;
  task.description.kind = of.description.kind;
  task.description.channels = of.description.channels;
  task.description.input_ports = of.description.input_ports;
  task.generation = of.generation;
  task.epoch = of.epoch;
  task.wanted = of.wanted;
  task.span = of.span;
  task.rewired = of.rewired;
  task.lead = of.lead;
  task.replicas = of.replicas;
  return task;
}

Task Parts::Foreign(PartIndex::Index index, const PartIndex::Selection& chosen) const {
  const Task& of = index_.plan().tasks[index];
  Task task = ForeignWithoutWires(of);
  for (std::size_t i = 0; i < of.description.wires.size(); ++i) {
    if (chosen.all_tasks.Has(index_.SourceOf(index, i))) {
      task.description.wires.push_back(of.description.wires[i]);
    }
  }
  return task;
}

Plan Parts::Of(NodeId node) const {
  const PartIndex::Selection chosen = index_.Select(node);
  const Plan& whole = index_.plan();
  Plan part = whole;
  part.deepest = index_.deepest();
  part.all_tasks = static_cast<int>(whole.tasks.size());
  part.nodes.clear();
  part.tasks.clear();
  part.outputs.clear();
  for (const auto& [task, own] : chosen.tasks) {
    part.tasks.push_back(own ? whole.tasks[task] : Foreign(task, chosen));
    part.tasks.back().depth = index_.depth(task);
  }
  for (const PartIndex::Index i : chosen.outputs) part.outputs.Share(whole.outputs, i);
  for (const PartIndex::Index i : chosen.nodes) part.nodes.Share(whole.nodes, i);
  return part;
}

std::shared_ptr<const Parts> PartsMemory::Of(const Plan& plan) {
  if (parts_ == nullptr || !parts_->index().AreOf(plan)) {
    parts_ = std::make_shared<const Parts>(plan);
  }
  return parts_;
}

}  // namespace continuo::plan
