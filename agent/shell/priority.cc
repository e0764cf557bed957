// SPDX-License-Identifier: Apache-2.0
#include "agent/shell/priority.h"

#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <string>

namespace continuo::agent {
namespace {

bool HasCapability(int number) {
  std::ifstream status("/proc/self/status");
  std::string word;
  while (status >> word) {
    if (word != "CapEff:") continue;
    std::uint64_t effective = 0;
    status >> std::hex >> effective;
    return (effective >> number & 1) != 0;
  }
  return false;
}

}  // namespace

bool RaiseThisThread(int priority) {
  sched_param param{};
  param.sched_priority = priority;
  return pthread_setschedparam(pthread_self(), SCHED_FIFO, &param) == 0;
}

bool MayRaise() {
  if (!RaiseThisThread(kBeatPriority)) return false;
  sched_param param{};
  pthread_setschedparam(pthread_self(), SCHED_OTHER, &param);
  return true;
}

std::string LockMemory() {
  constexpr int kCapIpcLock = 14;
  rlimit limit{};
  getrlimit(RLIMIT_MEMLOCK, &limit);
  if (limit.rlim_cur != RLIM_INFINITY && !HasCapability(kCapIpcLock)) {
    // It would succeed now, and then no thread could be started: their stacks would not fit under the limit.
    return "memory is not locked: that needs CAP_IPC_LOCK or an unlimited RLIMIT_MEMLOCK";
  }
  // On fault: only what is touched, else every thread's unused stack would be held in memory.
  if (mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) == 0) return {};
  return std::string("memory is not locked: ") + std::strerror(errno);
}

std::int64_t MemoryForReplicas() {
  std::ifstream machine("/proc/meminfo");
  std::string word;
  while (machine >> word) {
    std::int64_t kilobytes = 0;
    if (word == "MemAvailable:" && machine >> kilobytes) return kilobytes * 1024 / 4 * 3;
  }
  return 0;
}

}  // namespace continuo::agent
