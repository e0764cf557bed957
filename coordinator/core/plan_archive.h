// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

#include "proto/plan/plan.h"

namespace continuo::coordinator {

/// The dated plans of one performance, oldest first. They never change, so copies of the archive share them.
class PlanArchive {
 public:
  /// The newest that are kept; a performance that has had more forgets its oldest.
  static constexpr std::size_t kMost = 4096;

  void Clear() {
    plans_.clear();
    highest_task_ = 0;
  }
  /// Of a later version than all.
  void Add(const plan::Plan& plan) {
    if (plans_.size() == kMost) plans_.erase(plans_.begin());
    plans_.push_back(std::make_shared<const plan::Plan>(plan));
    Count(plan);
  }
  /// Of a version between two that are here, and was not known.
  void Insert(const plan::Plan& plan) {
    plans_.insert(LowerBound(plan.version), std::make_shared<const plan::Plan>(plan));
    if (plans_.size() > kMost) plans_.erase(plans_.begin());
    Count(plan);
  }
  /// nullptr if there is none of that version.
  const plan::Plan* Find(std::uint32_t version) const {
    const auto found = LowerBound(version);
    return found == plans_.end() || (*found)->version != version ? nullptr : found->get();
  }
  const std::vector<std::shared_ptr<const plan::Plan>>& all() const { return plans_; }
  /// The highest number that a task of this performance has had; 0: there was none.
  dsp::TaskId highest_task() const { return highest_task_; }

  bool operator==(const PlanArchive& other) const {
    return std::equal(plans_.begin(), plans_.end(), other.plans_.begin(), other.plans_.end(),
                      [](const auto& a, const auto& b) { return *a == *b; });
  }

 private:
  std::vector<std::shared_ptr<const plan::Plan>>::const_iterator LowerBound(
      std::uint32_t version) const {
    return std::lower_bound(plans_.begin(), plans_.end(), version,
                            [](const auto& plan, auto v) { return plan->version < v; });
  }

  void Count(const plan::Plan& plan) {
    for (const plan::Task& task : plan.tasks) {
      highest_task_ = std::max(highest_task_, task.description.id);
    }
  }

  std::vector<std::shared_ptr<const plan::Plan>> plans_;
  dsp::TaskId highest_task_ = 0;
};

}  // namespace continuo::coordinator
