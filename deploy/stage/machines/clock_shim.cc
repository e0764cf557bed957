// SPDX-License-Identifier: Apache-2.0
// LD_PRELOADed: what the program itself asks of CLOCK_REALTIME, CLOCK_TAI, CLOCK_MONOTONIC and CLOCK_MONOTONIC_RAW is
// answered by the virtual clock in the file $CONTINUO_VIRTUAL_CLOCK, and so are the kernel's time stamps of its
// packets. What libraries ask is the host's: their waits are on the host's clocks, too. But for libasound: it stamps
// what a sound card does, for the program to compare with its own clock. A program that is unmodified so runs on a
// machine whose oscillator is off.
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <linux/errqueue.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

#include "deploy/stage/machines/virtual_clock.h"

namespace {

using namespace continuo::ptp_stage;  // NOLINT(google-build-using-namespace)

VirtualClock* shared = nullptr;
std::uintptr_t program_begin = 0, program_end = 0;
/// Of libasound, which a program loads when it wants it; looked for at every kAskEvery-th question of a library.
std::atomic<std::uintptr_t> sound_begin{0}, sound_end{0};
std::atomic<std::uint32_t> questions{0};
constexpr std::uint32_t kAskEvery = 64;
int (*next_gettime)(clockid_t, timespec*) = nullptr;
int (*next_nanosleep)(clockid_t, int, const timespec*, timespec*) = nullptr;
ssize_t (*next_recvmsg)(int, msghdr*, int) = nullptr;
/// Host's CLOCK_REALTIME less its CLOCK_MONOTONIC: what stamps of the kernel are brought to CLOCK_MONOTONIC with.
std::atomic<std::int64_t> host_offset{0};

std::int64_t ToNs(const timespec& t) {
  return t.tv_sec * kSecond + t.tv_nsec;
}

timespec ToSpec(std::int64_t ns) {
  timespec t{};
  t.tv_sec = ns / kSecond;
  t.tv_nsec = ns % kSecond;
  if (t.tv_nsec < 0) {
    t.tv_nsec += kSecond;
    --t.tv_sec;
  }
  return t;
}

std::int64_t Host(clockid_t id) {
  timespec t{};
  next_gettime(id, &t);
  return ToNs(t);
}

/// The tightest of `tries` readings of one clock between two of the other.
std::int64_t MeasureOffset(int tries) {
  std::int64_t least = kSecond, offset = 0;
  for (int i = 0; i < tries; ++i) {
    const std::int64_t before = Host(CLOCK_MONOTONIC), real = Host(CLOCK_REALTIME),
                       after = Host(CLOCK_MONOTONIC);
    if (after - before >= least) continue;
    least = after - before;
    offset = real - before - least / 2;
  }
  return offset;
}

/// The host's clock may be stepped; a single odd reading is only a wait between two of them.
std::int64_t HostOffset() {
  const std::int64_t known = host_offset.load(std::memory_order_relaxed);
  if (llabs(MeasureOffset(1) - known) < 20'000) return known;
  const std::int64_t offset = MeasureOffset(64);
  if (llabs(offset - known) > 5'000) host_offset.store(offset, std::memory_order_relaxed);
  return host_offset.load(std::memory_order_relaxed);
}

int NoteProgram(dl_phdr_info* info, size_t, void*) {
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const auto& part = info->dlpi_phdr[i];
    if (part.p_type != PT_LOAD || (part.p_flags & PF_X) == 0) continue;
    program_begin = info->dlpi_addr + part.p_vaddr;
    program_end = program_begin + part.p_memsz;
  }
  return 1;  // the first one is the program; go no further
}

template <typename Function>
void Find(Function& function, const char* name) {
  function = reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

void MapClock(const char* path) {
  const int file = open(path, O_RDWR | O_CLOEXEC);
  void* const memory =
      file < 0 ? MAP_FAILED
               : mmap(nullptr, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (memory == MAP_FAILED || static_cast<VirtualClock*>(memory)->magic != kMagic) {
    fprintf(stderr, "clock shim: %s is no virtual clock\n", path);
    _exit(97);
  }
  close(file);
  shared = static_cast<VirtualClock*>(memory);
}

__attribute__((constructor)) void Begin() {
  if (next_gettime != nullptr) return;
  Find(next_gettime, "clock_gettime");
  Find(next_nanosleep, "clock_nanosleep");
  Find(next_recvmsg, "recvmsg");
  const char* const path = getenv("CONTINUO_VIRTUAL_CLOCK");
  if (path == nullptr) return;
  dl_iterate_phdr(NoteProgram, nullptr);
  host_offset = MeasureOffset(64);
  MapClock(path);
}

bool IsOurs(const void* caller) {
  const auto at = reinterpret_cast<std::uintptr_t>(caller);
  return shared != nullptr && at >= program_begin && at < program_end;
}

int NoteSound(dl_phdr_info* info, std::size_t, void*) {
  if (info->dlpi_name == nullptr || strstr(info->dlpi_name, "/libasound.so") == nullptr) return 0;
  std::uintptr_t end = 0;
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const auto& part = info->dlpi_phdr[i];
    const std::uintptr_t past = info->dlpi_addr + part.p_vaddr + part.p_memsz;
    if (part.p_type == PT_LOAD && past > end) end = past;
  }
  sound_end = end;
  sound_begin = info->dlpi_addr;
  return 1;
}

bool IsOfSound(const void* caller) {
  if (shared == nullptr) return false;
  if (sound_begin == 0 && questions++ % kAskEvery == 0) dl_iterate_phdr(NoteSound, nullptr);
  const auto at = reinterpret_cast<std::uintptr_t>(caller);
  return at >= sound_begin && at < sound_end;
}

/// False: not a clock that is virtual.
bool VirtualNow(clockid_t id, std::int64_t host, std::int64_t& now) {
  switch (id) {
    case CLOCK_REALTIME:
      now = RealtimeAt(*shared, host);
      return true;
    case CLOCK_TAI:
      now = RealtimeAt(*shared, host) + shared->tai * kSecond;
      return true;
    case CLOCK_MONOTONIC:
      now = MonotonicAt(*shared, host);
      return true;
    case CLOCK_MONOTONIC_RAW:
      now = RawAt(*shared, host);
      return true;
    default:
      return false;
  }
}

void Lock() {
  if (pthread_mutex_lock(&shared->writing) != EOWNERDEAD) return;
  pthread_mutex_consistent(&shared->writing);
  if (shared->turn.load() % 2 != 0) shared->turn.fetch_add(1);
}

/// What the kernel would do of it (adjtimex(2)); the phase of ADJ_OFFSET is not modelled, nobody here uses it.
int Adjust(timex& wish) {
  Lock();
  const std::int64_t host = Host(CLOCK_MONOTONIC);
  std::int64_t step = 0;
  if ((wish.modes & ADJ_TICK) != 0) shared->tick = wish.tick;
  if ((wish.modes & ADJ_FREQUENCY) != 0) shared->freq = wish.freq;
  if ((wish.modes & ADJ_SETOFFSET) != 0) {
    const std::int64_t unit = (wish.modes & ADJ_NANO) != 0 ? 1 : 1'000;
    step = wish.time.tv_sec * kSecond + wish.time.tv_usec * unit;
    ++shared->steps;
    shared->last_step = step;
  } else if ((wish.modes & ADJ_TAI) != 0) {  // the same bit as ADJ_SETOFFSET has with it
    shared->tai = static_cast<std::int32_t>(wish.constant);
  }
  if ((wish.modes & ADJ_STATUS) != 0) shared->status = wish.status;
  if ((wish.modes & ADJ_MAXERROR) != 0) shared->maxerror = wish.maxerror;
  if ((wish.modes & ADJ_ESTERROR) != 0) shared->esterror = wish.esterror;
  if ((wish.modes & (ADJ_TICK | ADJ_FREQUENCY | ADJ_SETOFFSET)) != 0) Bend(*shared, host, step);
  wish.tick = shared->tick;
  wish.freq = shared->freq;
  wish.status = shared->status | STA_NANO;
  wish.tai = shared->tai;
  wish.maxerror = shared->maxerror;
  wish.esterror = shared->esterror;
  wish.offset = 0;
  wish.precision = 1;
  wish.tolerance = 500L << 16;
  const timespec now = ToSpec(RealtimeAt(*shared, host));
  wish.time.tv_sec = now.tv_sec;
  wish.time.tv_usec = now.tv_nsec;
  pthread_mutex_unlock(&shared->writing);
  return (shared->status & STA_UNSYNC) != 0 ? TIME_ERROR : TIME_OK;
}

/// Software stamps of the kernel are of the host's CLOCK_REALTIME.
void MoveStamps(msghdr* message) {
  for (cmsghdr* part = CMSG_FIRSTHDR(message); part != nullptr; part = CMSG_NXTHDR(message, part)) {
    if (part->cmsg_level != SOL_SOCKET) continue;
    const int stamps = part->cmsg_type == SO_TIMESTAMPING  ? 3
                       : part->cmsg_type == SO_TIMESTAMPNS ? 1
                                                           : 0;
    for (int i = 0; i < stamps; ++i) {
      unsigned char* const at = CMSG_DATA(part) + i * sizeof(timespec);
      timespec stamp{};
      memcpy(&stamp, at, sizeof stamp);
      if (stamp.tv_sec == 0 && stamp.tv_nsec == 0) continue;
      stamp = ToSpec(RealtimeAt(*shared, ToNs(stamp) - HostOffset()));
      memcpy(at, &stamp, sizeof stamp);
    }
  }
}

}  // namespace

extern "C" {

int clock_gettime(clockid_t id, timespec* t) noexcept {
  if (next_gettime == nullptr) Begin();
  std::int64_t now = 0;
  const void* const caller = __builtin_return_address(0);
  const bool is_virtual = IsOurs(caller) || IsOfSound(caller);
  if (!is_virtual || !VirtualNow(id, Host(CLOCK_MONOTONIC), now)) return next_gettime(id, t);
  *t = ToSpec(now);
  return 0;
}

int clock_adjtime(clockid_t id, timex* wish) noexcept {
  if (!IsOurs(__builtin_return_address(0)) || id != CLOCK_REALTIME) {
    return static_cast<int>(syscall(SYS_clock_adjtime, id, wish));
  }
  return Adjust(*wish);
}

int adjtimex(timex* wish) noexcept {
  if (!IsOurs(__builtin_return_address(0))) return static_cast<int>(syscall(SYS_adjtimex, wish));
  return Adjust(*wish);
}

int clock_nanosleep(clockid_t id, int flags, const timespec* until, timespec* left) {
  if (!IsOurs(__builtin_return_address(0)) || id != CLOCK_MONOTONIC || flags != TIMER_ABSTIME) {
    return next_nanosleep(id, flags, until, left);
  }
  for (;;) {
    const std::int64_t host = Host(CLOCK_MONOTONIC);
    const std::int64_t wait = ToNs(*until) - MonotonicAt(*shared, host);
    if (wait <= 0) return 0;
    const double rate = SegmentAt(*shared, host).rate;
    const timespec due =
        ToSpec(host + static_cast<std::int64_t>(static_cast<double>(wait) / (1 + rate)) + 1);
    const int woken = next_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, nullptr);
    if (woken != 0) return woken;
  }
}

ssize_t recvmsg(int fd, msghdr* message, int flags) {
  if (next_recvmsg == nullptr) Begin();
  const ssize_t got = next_recvmsg(fd, message, flags);
  if (got >= 0 && message->msg_controllen != 0 && IsOurs(__builtin_return_address(0))) {
    MoveStamps(message);
  }
  return got;
}

}  // extern "C"
