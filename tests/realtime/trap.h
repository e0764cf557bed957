// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the audio thread must never do, made to fail loudly in tests. A target that links `realtime_trap` gets its own
// malloc, free (operator new and delete with them) and pthread locks, and all system calls of an armed thread pass
// through a filter. While a thread is armed, any of these ends the process with the name of the deed and a backtrace:
//
//   * taking or giving back memory
//   * taking a lock, waiting for a condition
//   * a system call other than clock_gettime, clock_nanosleep, send*, recv*  (x86-64, Linux 5.11 or later)
//
//   { continuo::realtime_trap::Armed armed;  engine.Wake(now); }

namespace continuo::realtime_trap {

/// Arms or disarms the calling thread; a thread starts disarmed.
void Arm(bool armed);

/// False where the kernel cannot divert system calls: then only memory and locks are watched.
bool WatchesSystemCalls();

/// Armed as long as it lives.
class Armed {
 public:
  Armed() { Arm(true); }
  ~Armed() { Arm(false); }
  Armed(const Armed&) = delete;
};

}  // namespace continuo::realtime_trap
