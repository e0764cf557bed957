// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <time.h>

#include <atomic>

#include "dsp/base/units.h"

namespace continuo::coordinator {

/// CLOCK_BOOTTIME: goes on while the machine sleeps, as the lease does. Any thread.
inline Nanoseconds LeaseTime() {
  timespec now{};
  clock_gettime(CLOCK_BOOTTIME, &now);
  return now.tv_sec * Nanoseconds{1'000'000'000} + now.tv_nsec;
}

/// Until when this process leads, written by who keeps the lease and looked at by who acts upon it.
class LeaseClock {
 public:
  void LeadUntil(Nanoseconds until) { until_ = until; }
  void End() { until_ = 0; }
  bool Leads() const { return LeaseTime() < until_; }

 private:
  std::atomic<Nanoseconds> until_{0};
};

}  // namespace continuo::coordinator
