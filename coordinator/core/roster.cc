// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/roster.h"

#include <algorithm>
#include <tuple>

namespace continuo::coordinator {
namespace {

/// Sorts what mostly is sorted.
template <typename T, typename Less>
void Sort(std::vector<T>& list, Less less) {
  if (!std::is_sorted(list.begin(), list.end(), less)) std::sort(list.begin(), list.end(), less);
}

}  // namespace

Roster::Roster(const std::vector<PlacementTask>& tasks, const Occupancy& occupancy) {
  for (const PlacementTask& task : tasks) tasks_.push_back(&task);
  Sort(tasks_, [](const auto* a, const auto* b) { return a->id < b->id; });
  plan::NodeId last = 0;
  for (const Occupant& occupant : occupancy.occupants) {
    if (occupant.task == 0) continue;
    by_task_.push_back(occupant);
    last = std::max(last, occupant.node);
  }
  Sort(by_task_, [](const Occupant& a, const Occupant& b) {
    return std::tie(a.task, a.node) < std::tie(b.task, b.node);
  });
  std::size_t at = 0;
  for (const PlacementTask* task : tasks_) {
    while (at < by_task_.size() && by_task_[at].task < task->id) ++at;
    begin_of_task_.push_back(at);
  }
  // Counted into place: a node's death must not wait for twenty thousand replicas to be sorted.
  begin_of_node_.resize(last + 2u, 0);
  for (const Occupant& occupant : by_task_) ++begin_of_node_[occupant.node + 1u];
  for (std::size_t i = 1; i < begin_of_node_.size(); ++i)
    begin_of_node_[i] += begin_of_node_[i - 1];
  by_node_.resize(by_task_.size());
  std::vector<std::size_t> next = begin_of_node_;
  for (const Occupant& occupant : by_task_) by_node_[next[occupant.node]++] = occupant;
}

std::span<const Occupant> Roster::OnNode(plan::NodeId node) const {
  if (node + 1u >= begin_of_node_.size()) return {};
  return std::span(by_node_).subspan(begin_of_node_[node],
                                     begin_of_node_[node + 1u] - begin_of_node_[node]);
}

std::span<const Occupant> Roster::OfTask(dsp::TaskId task) const {
  const std::size_t place = PlaceOf(task);
  const bool is_known = place < tasks_.size() && tasks_[place]->id == task;
  const auto begin =
      is_known ? by_task_.begin() + static_cast<std::ptrdiff_t>(begin_of_task_[place])
               : std::lower_bound(
                     by_task_.begin(), by_task_.end(), task,
                     [](const Occupant& item, dsp::TaskId wanted) { return item.task < wanted; });
  const auto end = std::find_if(begin, by_task_.end(),
                                [task](const Occupant& item) { return item.task != task; });
  return {begin, end};
}

std::size_t Roster::PlaceOf(dsp::TaskId task) const {
  const std::size_t likely = task - 1u;
  if (likely < tasks_.size() && tasks_[likely]->id == task) return likely;
  const auto found =
      std::lower_bound(tasks_.begin(), tasks_.end(), task,
                       [](const auto* item, dsp::TaskId wanted) { return item->id < wanted; });
  return static_cast<std::size_t>(found - tasks_.begin());
}

const PlacementTask* Roster::Find(dsp::TaskId task) const {
  const std::size_t place = PlaceOf(task);
  return place == tasks_.size() || tasks_[place]->id != task ? nullptr : tasks_[place];
}

}  // namespace continuo::coordinator
