// SPDX-License-Identifier: Apache-2.0
#include "proto/plan/part_index.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "proto/plan/routes.h"
#include "proto/plan/task_places.h"

namespace continuo::plan {
namespace {

using Index = PartIndex::Index;

const std::vector<Index>& In(const std::map<NodeId, std::vector<Index>>& lists, NodeId node) {
  static const std::vector<Index> kNothing;
  const auto found = lists.find(node);
  return found == lists.end() ? kNothing : found->second;
}

}  // namespace

std::vector<std::size_t> PlaceSet::InOrder() const {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < words_.size(); ++i) {
    for (std::uint64_t left = words_[i]; left != 0; left &= left - 1) {
      places.push_back(i * kBits + static_cast<std::size_t>(std::countr_zero(left)));
    }
  }
  return places;
}

PartIndex::PartIndex(const Plan& plan)
    : plan_(plan),
      depths_(Depths(plan)),
      deepest_(DeepestOf(plan, depths_)),
      sources_(plan.tasks.size()),
      hearers_(plan.tasks.size()),
      hosts_(plan.tasks.size()),
      witnessed_(plan.tasks.size()),
      played_(plan.tasks.size()) {
  std::map<NodeId, Index> place_of;
  for (Index i = 0; i < plan_.nodes.size(); ++i) place_of.emplace(plan_.nodes[i].id, i);
  const TaskPlaces places(plan_.tasks);
  for (Index i = 0; i < plan_.tasks.size(); ++i) {
    const Task& task = plan_.tasks[i];
    witnessed_[i] = i;
    hosts_[i].reserve(task.replicas.size());
    sources_[i].reserve(task.description.wires.size());
    for (const Replica& replica : task.replicas) {
      tasks_on_[replica.node].push_back(i);
      hosts_[i].push_back(place_of.at(replica.node));
    }
    for (const dsp::Wire& wire : task.description.wires) {
      const Index from = *places.Of(wire.from);
      sources_[i].push_back(from);
      if (hearers_[from].empty() || hearers_[from].back() != i) hearers_[from].push_back(i);
      if (task.wanted == 1) witnessed_[from] = i;
    }
    if (task.wanted == 1 && i != 0) witnessed_[0] = i;
  }
  for (Index i = 0; i < plan_.outputs.size(); ++i) {
    const Output& output = plan_.outputs[i];
    outputs_on_[output.node].push_back(i);
    players_.push_back(place_of.at(output.node));
    played_[*places.Of(output.from)].push_back(i);
    Sounding& sounding = sounding_.emplace_back();
    sounding.from = *places.Of(output.from);
    if (output.before == 0) continue;
    sounding.before = *places.Of(output.before);
    played_[*sounding.before].push_back(i);
  }
}

/// With who stands for those that hear it and have witnesses.
void PartIndex::AddHeard(Index task, PlaceSet& tasks) const {
  tasks.Add(task);
  tasks.Add(witnessed_[task]);
}

/// What runs there, who hears it, which outputs play it, and what it hears.
void PartIndex::AddNeighbours(const std::vector<Index>& own, PlaceSet& tasks,
                              PlaceSet& outputs) const {
  for (const Index i : own) {
    tasks.Add(i);
    tasks.Add(hearers_[i]);
    outputs.Add(played_[i]);
    for (const Index source : sources_[i]) AddHeard(source, tasks);
  }
}

/// One that runs on each node, and the one that hears him first, which is a source.
void PartIndex::AddThoseWhoHearTheConductor(PlaceSet& tasks) const {
  if (plan_.tasks.size() > 1) tasks.Add(1);
  for (const auto& [node, on] : tasks_on_) {
    const auto computes = std::ranges::find_if(on, [](Index i) { return i != 0; });
    if (computes != on.end()) tasks.Add(*computes);
  }
}

std::vector<Index> PartIndex::NodesOf(NodeId node, const Selection& chosen) const {
  PlaceSet nodes(plan_.nodes.size());
  const auto self = std::ranges::lower_bound(plan_.nodes, node, {}, &Node::id);
  if (self != plan_.nodes.end() && self->id == node) {
    nodes.Add(static_cast<Index>(self - plan_.nodes.begin()));
  }
  for (const ChosenTask& one : chosen.tasks) nodes.Add(hosts_[one.task]);
  for (const Index i : chosen.outputs) nodes.Add(players_[i]);
  return nodes.InOrder();
}

PartIndex::Selection PartIndex::Select(NodeId node) const {
  PlaceSet tasks(plan_.tasks.size()), outputs(plan_.outputs.size());
  const std::vector<Index>& own = In(tasks_on_, node);
  AddHeard(0, tasks);
  AddNeighbours(own, tasks, outputs);
  outputs.Add(In(outputs_on_, node));
  Selection chosen{{}, outputs.InOrder(), {}, PlaceSet(0)};
  for (const Index i : chosen.outputs) {
    AddHeard(sounding_[i].from, tasks);
    if (sounding_[i].before) AddHeard(*sounding_[i].before, tasks);
  }
  if (!own.empty() && own.front() == 0) AddThoseWhoHearTheConductor(tasks);
  auto next = own.begin();
  for (const Index i : tasks.InOrder()) {
    const bool is_own = next != own.end() && *next == i;
    if (is_own) ++next;
    chosen.tasks.push_back({i, is_own});
  }
  chosen.all_tasks = std::move(tasks);
  chosen.nodes = NodesOf(node, chosen);
  return chosen;
}

bool PartIndex::AreOf(const Plan& plan) const {
  return plan_.tasks.IsSame(plan.tasks) && plan_.outputs.IsSame(plan.outputs) &&
         plan_.nodes.IsSame(plan.nodes);
}

}  // namespace continuo::plan
