// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proto/clock/clock.h"
#include "proto/clock/line.h"

namespace continuo::transport {

/// The clock of a program that takes part in a show: CLOCK_MONOTONIC where no PTP is configured; else stage time, drawn
/// over this machine's bare oscillator (CLOCK_MONOTONIC_RAW), which nobody steers: so what a time service does to the
/// other clocks is measured, and not obeyed. Any thread, real-time safe, unless it says otherwise.
class StageClock final : public clock::Clock {
 public:
  Nanoseconds Now() const override;
  void SleepUntil(Nanoseconds t) override;

  /// The oscillator: nanoseconds since boot.
  static Nanoseconds Local();

  /// From now on it is stage time. Before other threads read it; `guess` until there is a better line.
  void Follow(const clock::Line& guess) {
    line_.Publish(guess);
    follows_ = true;
  }
  bool follows() const { return follows_; }
  /// One thread.
  void Draw(const clock::Line& line) { line_.Publish(line); }

 private:
  bool follows_ = false;
  clock::SharedLine line_;
};

}  // namespace continuo::transport
