// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/roster.h"

#include <algorithm>
#include <tuple>

namespace continuo::coordinator {
namespace {

/// The stretch of a sorted list whose items have this key.
template <typename Key>
std::span<const Occupant> Stretch(const std::vector<Occupant>& list, Key Occupant::*key,
                                  Key value) {
  const auto begin =
      std::lower_bound(list.begin(), list.end(), value,
                       [key](const Occupant& item, Key wanted) { return item.*key < wanted; });
  const auto end =
      std::upper_bound(begin, list.end(), value,
                       [key](Key wanted, const Occupant& item) { return wanted < item.*key; });
  return {begin, end};
}

}  // namespace

Roster::Roster(const std::vector<PlacementTask>& tasks, const Occupancy& occupancy) {
  for (const PlacementTask& task : tasks) tasks_.push_back(&task);
  std::sort(tasks_.begin(), tasks_.end(),
            [](const auto* a, const auto* b) { return a->id < b->id; });
  for (const Occupant& occupant : occupancy.occupants) {
    if (occupant.task != 0) by_task_.push_back(occupant);
  }
  by_node_ = by_task_;
  std::sort(by_task_.begin(), by_task_.end(), [](const Occupant& a, const Occupant& b) {
    return std::tie(a.task, a.node) < std::tie(b.task, b.node);
  });
  std::sort(by_node_.begin(), by_node_.end(), [](const Occupant& a, const Occupant& b) {
    return std::tie(a.node, b.cost_ns, a.task) < std::tie(b.node, a.cost_ns, b.task);
  });
}

std::span<const Occupant> Roster::OnNode(plan::NodeId node) const {
  return Stretch(by_node_, &Occupant::node, node);
}

std::span<const Occupant> Roster::OfTask(dsp::TaskId task) const {
  return Stretch(by_task_, &Occupant::task, task);
}

const PlacementTask* Roster::Find(dsp::TaskId task) const {
  const auto found =
      std::lower_bound(tasks_.begin(), tasks_.end(), task,
                       [](const auto* item, dsp::TaskId wanted) { return item->id < wanted; });
  return found == tasks_.end() || (*found)->id != task ? nullptr : *found;
}

}  // namespace continuo::coordinator
