// SPDX-License-Identifier: Apache-2.0
// ptp-clock make FILE PPB STEP_NS: a virtual clock whose oscillator is off by PPB, and its time of day by STEP_NS.
// ptp-clock step FILE NS: what an operator does who sets the clock.
// ptp-clock compare FILE FILE...: {"host": NS, "realtime": [...], "steps": [...]}, all read at one instant.
#include <fcntl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "deploy/stage/machines/virtual_clock.h"

namespace {

using namespace continuo::ptp_stage;  // NOLINT(google-build-using-namespace)

std::int64_t Now(clockid_t id) {
  timespec t{};
  clock_gettime(id, &t);
  return t.tv_sec * kSecond + t.tv_nsec;
}

VirtualClock* Map(const char* path, bool make) {
  const int file = open(path, O_RDWR | (make ? O_CREAT | O_TRUNC : 0), 0600);
  if (file < 0 || (make && ftruncate(file, sizeof(VirtualClock)) != 0)) {
    std::perror(path);
    std::exit(1);
  }
  void* const memory =
      mmap(nullptr, sizeof(VirtualClock), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  if (memory == MAP_FAILED) std::exit(1);
  return static_cast<VirtualClock*>(memory);
}

int Make(const char* path, std::int64_t ppb, std::int64_t step) {
  VirtualClock& clock = *Map(path, true);
  pthread_mutexattr_t shared;
  pthread_mutexattr_init(&shared);
  pthread_mutexattr_setpshared(&shared, PTHREAD_PROCESS_SHARED);
  pthread_mutexattr_setrobust(&shared, PTHREAD_MUTEX_ROBUST);
  pthread_mutex_init(&clock.writing, &shared);
  clock.begun = Now(CLOCK_MONOTONIC);
  clock.raw_at_begin = clock.begun;
  clock.drift_ppb = ppb;
  clock.tick = 10'000;
  clock.count = 1;
  clock.segments[0] = {clock.begun, clock.begun, Now(CLOCK_REALTIME) + step,
                       static_cast<double>(ppb) * 1e-9};
  clock.magic = kMagic;
  std::printf("{\"begun\": %lld, \"ppb\": %lld}\n", static_cast<long long>(clock.begun),
              static_cast<long long>(ppb));
  return 0;
}

int Step(const char* path, std::int64_t by) {
  VirtualClock& clock = *Map(path, false);
  pthread_mutex_lock(&clock.writing);
  Bend(clock, Now(CLOCK_MONOTONIC), by);
  pthread_mutex_unlock(&clock.writing);
  return 0;
}

int Compare(const std::vector<const VirtualClock*>& clocks) {
  const std::int64_t host = Now(CLOCK_MONOTONIC);
  std::printf("{\"host\": %lld, \"realtime\": [", static_cast<long long>(host));
  for (std::size_t i = 0; i < clocks.size(); ++i) {
    std::printf("%s%lld", i == 0 ? "" : ", ", static_cast<long long>(RealtimeAt(*clocks[i], host)));
  }
  std::printf("], \"steps\": [");
  for (std::size_t i = 0; i < clocks.size(); ++i) {
    std::printf("%s%lld", i == 0 ? "" : ", ", static_cast<long long>(clocks[i]->steps));
  }
  std::printf("]}\n");
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 5 && std::strcmp(argv[1], "make") == 0) {
    return Make(argv[2], std::atoll(argv[3]), std::atoll(argv[4]));
  }
  if (argc == 4 && std::strcmp(argv[1], "step") == 0) return Step(argv[2], std::atoll(argv[3]));
  if (argc >= 3 && std::strcmp(argv[1], "compare") == 0) {
    std::vector<const VirtualClock*> clocks;
    for (int i = 2; i < argc; ++i) clocks.push_back(Map(argv[i], false));
    return Compare(clocks);
  }
  std::fprintf(stderr, "ptp-clock make FILE PPB STEP_NS | step FILE NS | compare FILE FILE...\n");
  return 2;
}
