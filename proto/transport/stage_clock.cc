// SPDX-License-Identifier: Apache-2.0
#include "proto/transport/stage_clock.h"

#include <time.h>

#include "proto/transport/machine_clock.h"

namespace continuo::transport {

Nanoseconds StageClock::Local() {
  timespec t{};
  clock_gettime(CLOCK_MONOTONIC_RAW, &t);
  return t.tv_sec * clock::kSecond + t.tv_nsec;
}

Nanoseconds StageClock::Now() const {
  return follows_ ? line_.Read().At(Local()) : MachineClock().Now();
}

void StageClock::SleepUntil(Nanoseconds t) {
  MachineClock machine;
  if (!follows_) return machine.SleepUntil(t);
  // Nobody can sleep by the oscillator. What CLOCK_MONOTONIC differs in rate is slept once more.
  for (Nanoseconds left = t - Now(); left > 0; left = t - Now()) {
    machine.SleepUntil(machine.Now() + left);
  }
}

}  // namespace continuo::transport
