// SPDX-License-Identifier: Apache-2.0
#include "proto/plan/part.h"

#include <algorithm>
#include <set>

#include "proto/plan/routes.h"

namespace continuo::plan {

struct Parts::Selection {
  std::set<Index> own, tasks, outputs;
};

Parts::Parts(const Plan& plan)
    : plan_(plan),
      depths_(Depths(plan)),
      hearers_(plan.tasks.size()),
      witnessed_(plan.tasks.size()),
      played_(plan.tasks.size()) {
  for (Index i = 0; i < plan_.tasks.size(); ++i) {
    const Task& task = plan_.tasks[i];
    index_of_.emplace(task.description.id, i);
    witnessed_[i] = i;
    for (const Replica& replica : task.replicas) tasks_on_[replica.node].push_back(i);
    for (const dsp::Wire& wire : task.description.wires) {
      const Index from = IndexOf(wire.from);
      if (hearers_[from].empty() || hearers_[from].back() != i) hearers_[from].push_back(i);
      if (task.wanted == 1) witnessed_[from] = i;
    }
    if (task.wanted == 1 && i != 0) witnessed_[0] = i;
  }
  for (Index i = 0; i < plan_.outputs.size(); ++i) {
    const Output& output = plan_.outputs[i];
    outputs_on_[output.node].push_back(i);
    played_[IndexOf(output.from)].push_back(i);
    if (output.before != 0) played_[IndexOf(output.before)].push_back(i);
  }
}

void Parts::Select(NodeId node, Selection& chosen) const {
  std::set<Index> heard = {0};
  if (const auto on = tasks_on_.find(node); on != tasks_on_.end()) {
    for (const Index i : on->second) {
      chosen.own.insert(i);
      chosen.tasks.insert(hearers_[i].begin(), hearers_[i].end());
      chosen.outputs.insert(played_[i].begin(), played_[i].end());
      for (const dsp::Wire& wire : plan_.tasks[i].description.wires) {
        heard.insert(IndexOf(wire.from));
      }
    }
  }
  if (const auto on = outputs_on_.find(node); on != outputs_on_.end()) {
    chosen.outputs.insert(on->second.begin(), on->second.end());
  }
  for (const Index i : chosen.outputs) {
    const Output& output = plan_.outputs[i];
    heard.insert(IndexOf(output.from));
    if (output.before != 0) heard.insert(IndexOf(output.before));
  }
  for (const Index i : heard) chosen.tasks.insert({i, witnessed_[i]});
  chosen.tasks.insert(chosen.own.begin(), chosen.own.end());
  if (!chosen.own.contains(0)) return;
  // Of those who hear the conductor one on each node, and the one who hears him first, which is a source.
  if (plan_.tasks.size() > 1) chosen.tasks.insert(1);
  for (const auto& [other, on] : tasks_on_) {
    const auto computes = std::ranges::find_if(on, [](Index i) { return i != 0; });
    if (computes != on.end()) chosen.tasks.insert(*computes);
  }
}

Task Parts::Foreign(Index index, const Selection& chosen) const {
  const Task& of = plan_.tasks[index];
  Task task;
  task.foreign = true;
  task.description.id = of.description.id;
  task.description.name = of.description.name;
  task.description.kind = of.description.kind;
  task.description.channels = of.description.channels;
  task.description.input_ports = of.description.input_ports;
  for (const dsp::Wire& wire : of.description.wires) {
    if (chosen.tasks.contains(IndexOf(wire.from))) task.description.wires.push_back(wire);
  }
  task.generation = of.generation;
  task.epoch = of.epoch;
  task.wanted = of.wanted;
  task.span = of.span;
  task.rewired = of.rewired;
  task.replicas = of.replicas;
  return task;
}

bool Parts::AreOf(const Plan& plan) const {
  return plan_.tasks.IsSame(plan.tasks) && plan_.outputs.IsSame(plan.outputs) &&
         plan_.nodes.IsSame(plan.nodes);
}

std::shared_ptr<const Parts> PartsMemory::Of(const Plan& plan) {
  if (parts_ == nullptr || !parts_->AreOf(plan)) parts_ = std::make_shared<const Parts>(plan);
  return parts_;
}

Plan Parts::Of(NodeId node) const {
  Selection chosen;
  Select(node, chosen);
  Plan part = plan_;
  part.deepest = DeepestOf(plan_, depths_);
  part.nodes.clear();
  part.tasks.clear();
  part.outputs.clear();
  std::set<NodeId> nodes = {node};
  for (const Index i : chosen.tasks) {
    part.tasks.push_back(chosen.own.contains(i) ? plan_.tasks[i] : Foreign(i, chosen));
    part.tasks.back().depth = depths_[i];
    for (const Replica& replica : plan_.tasks[i].replicas) {
      nodes.insert(replica.node);
    }
  }
  for (const Index i : chosen.outputs) {
    part.outputs.Share(plan_.outputs, i);
    nodes.insert(plan_.outputs[i].node);
  }
  for (Index i = 0; i < plan_.nodes.size(); ++i) {
    if (nodes.contains(plan_.nodes[i].id)) part.nodes.Share(plan_.nodes, i);
  }
  return part;
}

}  // namespace continuo::plan
