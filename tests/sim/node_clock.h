// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proto/clock/clock.h"
#include "sim/calendar.h"

namespace continuo::sim {

/// The monotonic clock of one machine: as true time, but `offset` ahead and faster by `ppb`. Each look at it takes a
/// little while, so that work measured by it has a cost; a slow machine's looks take longer.
class NodeClock final : public clock::Clock {
 public:
  NodeClock(const Calendar& calendar, Nanoseconds offset, std::int64_t ppb)
      : calendar_(calendar), offset_(offset), ppb_(ppb) {}

  Nanoseconds Now() const override {
    spent_ += cost_;
    return LocalAt(calendar_.now()) + spent_;
  }
  void SleepUntil(Nanoseconds) override {}

  /// A new wake-up begins: its work has cost nothing yet.
  void Wake() { spent_ = 0; }
  void SetCost(Nanoseconds cost) { cost_ = cost; }
  Nanoseconds LocalAt(Nanoseconds t) const { return t + offset_ + Drift(t); }
  /// The true time at which this clock shows `local`, within a nanosecond or two; never earlier.
  Nanoseconds TrueAt(Nanoseconds local) const {
    const Nanoseconds t = local - offset_;
    return t - Drift(t) + 2;
  }

 private:
  Nanoseconds Drift(Nanoseconds t) const { return t / 1000 * ppb_ / 1'000'000; }

  const Calendar& calendar_;
  const Nanoseconds offset_;
  const std::int64_t ppb_;
  Nanoseconds cost_ = 300;
  mutable Nanoseconds spent_ = 0;
};

}  // namespace continuo::sim
