// SPDX-License-Identifier: Apache-2.0
#include "proto/transport/machine_clock.h"

#include <time.h>

#include <cerrno>
#include <fstream>
#include <string>

#include "dsp/base/hash.h"

namespace continuo::transport {
namespace {

constexpr Nanoseconds kSecond = 1'000'000'000;

}  // namespace

Nanoseconds MachineClock::Now() const {
  timespec t{};
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * kSecond + t.tv_nsec;
}

void MachineClock::SleepUntil(Nanoseconds t) {
  timespec until{};
  until.tv_sec = t / kSecond;
  until.tv_nsec = t % kSecond;
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr) == EINTR) {
  }
}

Nanoseconds ThreadCpuTime() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return t.tv_sec * kSecond + t.tv_nsec;
}

std::uint64_t MachineClockId() {
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::string id;
  if (!(file >> id)) return 0;
  return Hash64(id);
}

}  // namespace continuo::transport
