// SPDX-License-Identifier: Apache-2.0
#include "proto/plan/part_index.h"

#include <algorithm>

#include "proto/plan/routes.h"

namespace continuo::plan {
namespace {

using Index = PartIndex::Index;

void SortOut(std::vector<Index>& list) {
  std::ranges::sort(list);
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

}  // namespace

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
  std::map<TaskId, Index> index_of;
  for (Index i = 0; i < plan_.tasks.size(); ++i) {
    const Task& task = plan_.tasks[i];
    index_of.emplace(task.description.id, i);
    witnessed_[i] = i;
    for (const Replica& replica : task.replicas) {
      tasks_on_[replica.node].push_back(i);
      hosts_[i].push_back(place_of.at(replica.node));
    }
    for (const dsp::Wire& wire : task.description.wires) {
      const Index from = index_of.at(wire.from);
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
    played_[index_of.at(output.from)].push_back(i);
    Sounding& sounding = sounding_.emplace_back();
    sounding.from = index_of.at(output.from);
    if (output.before == 0) continue;
    sounding.before = index_of.at(output.before);
    played_[*sounding.before].push_back(i);
  }
}

/// Who hears what runs there, which outputs play it, and what it hears.
void PartIndex::AddNeighbours(const std::vector<Index>& own, Selection& chosen,
                              std::vector<Index>& heard) const {
  for (const Index i : own) {
    for (const Index hearer : hearers_[i]) chosen.tasks.push_back({hearer, false});
    chosen.outputs.insert(chosen.outputs.end(), played_[i].begin(), played_[i].end());
    heard.insert(heard.end(), sources_[i].begin(), sources_[i].end());
  }
}

/// One that runs on each node, and the one that hears him first, which is a source.
void PartIndex::AddThoseWhoHearTheConductor(std::vector<Index>& tasks) const {
  if (plan_.tasks.size() > 1) tasks.push_back(1);
  for (const auto& [node, on] : tasks_on_) {
    const auto computes = std::ranges::find_if(on, [](Index i) { return i != 0; });
    if (computes != on.end()) tasks.push_back(*computes);
  }
}

void PartIndex::AddNodes(NodeId node, Selection& chosen) const {
  const auto self = std::ranges::lower_bound(plan_.nodes, node, {}, &Node::id);
  if (self != plan_.nodes.end() && self->id == node) {
    chosen.nodes.push_back(static_cast<Index>(self - plan_.nodes.begin()));
  }
  for (const ChosenTask& one : chosen.tasks) {
    chosen.nodes.insert(chosen.nodes.end(), hosts_[one.task].begin(), hosts_[one.task].end());
  }
  for (const Index i : chosen.outputs) chosen.nodes.push_back(players_[i]);
  SortOut(chosen.nodes);
}

PartIndex::Selection PartIndex::Select(NodeId node) const {
  Selection chosen;
  std::vector<Index> heard = {0}, tasks;
  const auto on = tasks_on_.find(node);
  static const std::vector<Index> kNothing;
  const std::vector<Index>& own = on == tasks_on_.end() ? kNothing : on->second;
  AddNeighbours(own, chosen, heard);
  if (const auto at = outputs_on_.find(node); at != outputs_on_.end()) {
    chosen.outputs.insert(chosen.outputs.end(), at->second.begin(), at->second.end());
  }
  SortOut(chosen.outputs);
  for (const Index i : chosen.outputs) {
    heard.push_back(sounding_[i].from);
    if (sounding_[i].before) heard.push_back(*sounding_[i].before);
  }
  for (const Index i : heard) tasks.insert(tasks.end(), {i, witnessed_[i]});
  for (const ChosenTask& one : chosen.tasks) tasks.push_back(one.task);
  tasks.insert(tasks.end(), own.begin(), own.end());
  if (!own.empty() && own.front() == 0) AddThoseWhoHearTheConductor(tasks);
  SortOut(tasks);
  chosen.tasks.clear();
  auto next = own.begin();
  for (const Index i : tasks) {
    const bool is_own = next != own.end() && *next == i;
    if (is_own) ++next;
    chosen.tasks.push_back({i, is_own});
  }
  AddNodes(node, chosen);
  return chosen;
}

bool Contains(const PartIndex::Selection& selection, PartIndex::Index task) {
  return std::ranges::binary_search(selection.tasks, task, {}, &PartIndex::ChosenTask::task);
}

bool PartIndex::AreOf(const Plan& plan) const {
  return plan_.tasks.IsSame(plan.tasks) && plan_.outputs.IsSame(plan.outputs) &&
         plan_.nodes.IsSame(plan.nodes);
}

}  // namespace continuo::plan
