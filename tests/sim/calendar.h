// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <queue>
#include <vector>

#include "dsp/base/units.h"

namespace continuo::sim {

inline constexpr Nanoseconds kNever = std::numeric_limits<Nanoseconds>::max();
constexpr Nanoseconds Ms(std::int64_t ms) {
  return ms * 1'000'000;
}
constexpr Nanoseconds Us(std::int64_t us) {
  return us * 1'000;
}

/// What happens when, in true time (nanoseconds since the simulation began). Things of one instant happen in the order
/// in which they were entered.
class Calendar {
 public:
  using Action = std::function<void()>;
  Nanoseconds now() const { return now_; }
  void SetNow(Nanoseconds now) { now_ = now; }
  void At(Nanoseconds t, Action action) {
    queue_.push({t < now_ ? now_ : t, ++entered_, std::move(action)});
  }
  void In(Nanoseconds after, Action action) { At(now_ + after, std::move(action)); }
  /// Of the next action; kNever if there is none.
  Nanoseconds next() const { return queue_.empty() ? kNever : queue_.top().t; }
  void RunNext() {
    // The queue only shows its top as const; it is removed before it is looked at again.
    Action action = std::move(const_cast<Entry&>(queue_.top()).action);
    now_ = queue_.top().t;
    queue_.pop();
    action();
  }

 private:
  struct Entry {
    Nanoseconds t = 0;
    std::uint64_t order = 0;
    Action action;
    bool operator<(const Entry& other) const {
      return t != other.t ? t > other.t : order > other.order;
    }
  };
  Nanoseconds now_ = 0;
  std::uint64_t entered_ = 0;
  std::priority_queue<Entry> queue_;
};

}  // namespace continuo::sim
