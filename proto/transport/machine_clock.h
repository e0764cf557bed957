// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "proto/clock/clock.h"

namespace continuo::transport {

/// CLOCK_MONOTONIC of this machine. Any thread; real-time safe.
class MachineClock final : public clock::Clock {
 public:
  Nanoseconds Now() const override;
  void SleepUntil(Nanoseconds t) override;
};

/// What the calling thread has computed so far: what the machine does beside does not count.
Nanoseconds ThreadCpuTime();

/// Which clock MachineClock reads: a hash of the kernel's boot id, equal in all processes of one
/// boot of one machine, different after a reboot. 0 if the kernel does not say. Not real time.
std::uint64_t MachineClockId();

}  // namespace continuo::transport
