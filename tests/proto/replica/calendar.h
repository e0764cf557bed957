// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "dsp/base/hash.h"
#include "dsp/base/units.h"

namespace continuo::replica {

/// Randomness of a virtual world: everything that happens in it follows from the seed.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(Mix64(seed)) {}
  std::uint64_t Bits() { return state_ = Mix64(state_); }
  /// 0..n-1.
  std::int64_t Below(std::int64_t n) {
    return static_cast<std::int64_t>(Bits() % static_cast<std::uint64_t>(n));
  }
  std::int64_t Between(std::int64_t from, std::int64_t to) { return from + Below(to - from + 1); }
  bool Chance(double p) { return static_cast<double>(Bits() >> 11) * 0x1p-53 < p; }

 private:
  std::uint64_t state_;
};

/// What is to happen when, in virtual time. Time is the media time of all nodes and moves in steps of kStep samples;
/// what falls on the same step happens in the order in which it was entered.
class Calendar {
 public:
  static constexpr Frames kStep = 6;  // 0.125 ms
  using Action = std::function<void()>;

  MediaTime now() const { return now_; }
  void In(Frames delay, Action action) {
    const Frames steps = delay > 0 ? (delay + kStep - 1) / kStep : 1;
    days_[Slot(now_ + steps * kStep)].push_back(std::move(action));
  }
  /// Does all that falls on this step, then moves on to the next.
  void Step() {
    std::vector<Action> today;
    today.swap(days_[Slot(now_)]);
    for (Action& action : today) action();
    now_ += kStep;
  }

 private:
  static constexpr std::size_t kDays = 1 << 15;  // 4 s
  static std::size_t Slot(MediaTime t) { return static_cast<std::size_t>(t / kStep) % kDays; }

  MediaTime now_ = 0;
  std::vector<std::vector<Action>> days_ = std::vector<std::vector<Action>>(kDays);
};

}  // namespace continuo::replica
