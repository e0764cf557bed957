// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "proto/plan/plan.h"

namespace continuo::plan {

/// Where each task stands in a plan, for who asks for all of them: a look costs a few steps, whatever their order.
/// Pure; not real time.
class TaskPlaces {
 public:
  explicit TaskPlaces(const SharedList<Task>& tasks) {
    places_.reserve(tasks.size());
    for (const Task& task : tasks) places_.emplace_back(task.description.id, places_.size());
    std::ranges::sort(places_);
  }

  /// Of those that have this number, the first; none: there is none.
  std::optional<std::size_t> Of(TaskId id) const {
    const auto found = std::ranges::lower_bound(places_, std::pair(id, std::size_t{0}));
    if (found == places_.end() || found->first != id) return std::nullopt;
    return found->second;
  }

 private:
  std::vector<std::pair<TaskId, std::size_t>> places_;  // by number
};

}  // namespace continuo::plan
