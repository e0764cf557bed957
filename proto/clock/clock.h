// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dsp/base/realtime.h"
#include "dsp/base/units.h"

namespace continuo::clock {

/// Where a program gets its time from: the machine, or a simulator. The only clock that agents and coordinators read.
class Clock {
 public:
  virtual ~Clock() = default;
  /// Monotonic time in nanoseconds. Any thread, real-time safe.
  virtual Nanoseconds Now() const CONTINUO_REALTIME = 0;
  /// Sleeps until Now() >= t; returns at once if that is past. Any thread, real-time safe.
  virtual void SleepUntil(Nanoseconds t) CONTINUO_REALTIME = 0;
};

}  // namespace continuo::clock
