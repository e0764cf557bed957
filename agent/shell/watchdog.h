// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <thread>

#include "dsp/base/spsc.h"
#include "dsp/base/units.h"
#include "proto/clock/clock.h"

namespace continuo::agent {

/// Wakes every 10 ms, above the audio thread in priority, and notes when it did not: then this process, or the whole
/// machine, stood still. Beats from the same thread, so that a node beats exactly as long as it runs.
class Watchdog {
 public:
  struct Stall {
    Nanoseconds begin = 0;   ///< by the clock
    Nanoseconds length = 0;  ///< how much too late it woke
  };
  /// `beat` is called every 50 ms on the watchdog's thread. May be empty.
  Watchdog(clock::Clock& clock, std::function<void()> beat);
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  /// The next stall not yet taken. One thread.
  std::optional<Stall> TakeStall();

 private:
  void Run(clock::Clock& clock, const std::function<void()>& beat);

  SpscQueue<Stall, 256> stalls_;
  std::atomic<bool> ending_{false};
  std::thread thread_;
};

}  // namespace continuo::agent
