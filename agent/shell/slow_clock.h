// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>

#include "proto/transport/machine_clock.h"

namespace continuo::agent {

/// What the audio thread measures its work by: it looks once after each packet that it has computed. For trials
/// (`--chaos`) it can make the machine a slow one, which takes so much longer for every packet; and it truly does.
class SlowClock final : public clock::Clock {
 public:
  Nanoseconds Now() const override {
    const Nanoseconds burden = burden_.load(std::memory_order_relaxed);
    Nanoseconds now = machine_.Now();
    for (const Nanoseconds end = now + burden; now < end;) now = machine_.Now();
    return now;
  }
  void SleepUntil(Nanoseconds t) override { machine_.SleepUntil(t); }

  /// Slow if it was not, and the other way round. Any thread.
  void Toggle() {
    const bool is_slow = burden_.load(std::memory_order_relaxed) != 0;
    burden_.store(is_slow ? 0 : kBurden, std::memory_order_relaxed);
  }

 private:
  static constexpr Nanoseconds kBurden = 150'000;

  transport::MachineClock machine_;
  std::atomic<Nanoseconds> burden_ = 0;
};

}  // namespace continuo::agent
