// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>

#include "dsp/base/realtime.h"
#include "proto/clock/ptp_time.h"

namespace continuo::clock {

/// Stage time as a straight line over a clock of this machine: what servos draw and everybody reads. *Stage time* is
/// nanoseconds since media sample 0; it is PTP time until a grandmaster comes that shows another time.
struct Line {
  Nanoseconds local = 0;  ///< of this machine's oscillator
  Nanoseconds stage = 0;  ///< stage time then
  std::int64_t rate_ppb =
      0;  ///< how much faster than the oscillator stage time runs, within +-10^6
  bool operator==(const Line&) const = default;

  /// Real-time safe; no overflow for centuries.
  constexpr Nanoseconds At(Nanoseconds at) const {
    const Nanoseconds d = at - local;
    return stage + d + d / kSecond * rate_ppb + d % kSecond * rate_ppb / kSecond;
  }
  /// When stage time is `at`, within 1 ns for each 1,000 s between. Real-time safe.
  constexpr Nanoseconds LocalAt(Nanoseconds at) const {
    const Nanoseconds d = at - stage;
    const Nanoseconds faster = kSecond + rate_ppb;
    return local + d / faster * kSecond + d % faster * kSecond / faster;
  }
};

/// One thread draws, any number read, none of them waits for another: a reader that met a writer reads again.
class SharedLine {
 public:
  /// One thread.
  void Publish(const Line& line) {
    const std::uint32_t turn = turn_.load(std::memory_order_relaxed);
    turn_.store(turn + 1, std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_release);
    local_.store(line.local, std::memory_order_relaxed);
    stage_.store(line.stage, std::memory_order_relaxed);
    rate_ppb_.store(line.rate_ppb, std::memory_order_relaxed);
    turn_.store(turn + 2, std::memory_order_release);
  }

  /// Any thread, real-time safe: a writer is done within some nanoseconds, ten times a second.
  Line Read() const CONTINUO_REALTIME {
    for (;;) {
      const std::uint32_t turn = turn_.load(std::memory_order_acquire);
      const Line line{local_.load(std::memory_order_relaxed),
                      stage_.load(std::memory_order_relaxed),
                      rate_ppb_.load(std::memory_order_relaxed)};
      std::atomic_thread_fence(std::memory_order_acquire);
      if (turn % 2 == 0 && turn_.load(std::memory_order_relaxed) == turn) return line;
    }
  }

 private:
  std::atomic<std::uint32_t> turn_ = 0;  // odd: being written
  std::atomic<std::int64_t> local_ = 0, stage_ = 0, rate_ppb_ = 0;
};

}  // namespace continuo::clock
