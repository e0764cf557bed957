// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pthread.h>

#include <atomic>
#include <cstdint>

// The clocks of one machine of the test stage, in a file that its processes share. Its oscillator runs by a fixed error
// off the host's; CLOCK_MONOTONIC is that oscillator, steered in rate; CLOCK_REALTIME is CLOCK_MONOTONIC and an offset
// that can be stepped: the three clocks as Linux has them. All of it is a function of the host's CLOCK_MONOTONIC, so
// two machines can be compared at one instant without any error of reading.

namespace continuo::ptp_stage {

inline constexpr std::uint64_t kMagic = 0x6b636f6c43727456;
inline constexpr std::int64_t kSecond = 1'000'000'000;

/// From host time `host` on.
struct Segment {
  std::int64_t host = 0;
  std::int64_t monotonic = 0;
  std::int64_t realtime = 0;
  double rate = 0;  ///< by how much faster than the host, 1 being twice as fast
};

struct VirtualClock {
  static constexpr std::uint32_t kSegments = 64;

  std::uint64_t magic;
  std::int64_t begun;               // host time at which it was made
  std::int64_t raw_at_begin;        // CLOCK_MONOTONIC_RAW then
  std::int64_t drift_ppb;           // of the oscillator
  pthread_mutex_t writing;          // shared by processes; a dead one's is taken over
  std::atomic<std::uint32_t> turn;  // odd: being written
  std::uint32_t newest;             // index of the segment in force
  std::uint32_t count;              // segments so far
  Segment segments[kSegments];      // the last ones: stamps of packets are from before a step
  // As clock_adjtime has them:
  std::int64_t tick, freq, maxerror, esterror;
  std::int32_t status, tai;
  std::int64_t steps, last_step;  // counted for tests
};
static_assert(std::atomic<std::uint32_t>::is_always_lock_free);

inline std::int64_t Scaled(std::int64_t t, double rate) {
  return t + static_cast<std::int64_t>(__builtin_floor(rate * static_cast<double>(t) + 0.5));
}

/// CLOCK_MONOTONIC_RAW of the virtual machine. Whole numbers, so that anybody can compute it again.
inline std::int64_t RawAt(const VirtualClock& clock, std::int64_t host) {
  const std::int64_t ran = host - clock.begun;
  return clock.raw_at_begin + ran + ran / kSecond * clock.drift_ppb +
         ran % kSecond * clock.drift_ppb / kSecond;
}

/// The segment that was in force at host time `host`, or the oldest that is known.
inline Segment SegmentAt(const VirtualClock& clock, std::int64_t host) {
  for (;;) {
    const std::uint32_t turn = clock.turn.load(std::memory_order_acquire);
    if (turn % 2 != 0) continue;
    std::uint32_t i = clock.newest;
    for (std::uint32_t back = 1; back < clock.count && back < VirtualClock::kSegments; ++back) {
      if (clock.segments[i % VirtualClock::kSegments].host <= host) break;
      --i;
    }
    const Segment found = clock.segments[i % VirtualClock::kSegments];
    std::atomic_thread_fence(std::memory_order_acquire);
    if (clock.turn.load(std::memory_order_relaxed) == turn) return found;
  }
}

inline std::int64_t MonotonicAt(const VirtualClock& clock, std::int64_t host) {
  const Segment segment = SegmentAt(clock, host);
  return segment.monotonic + Scaled(host - segment.host, segment.rate);
}

inline std::int64_t RealtimeAt(const VirtualClock& clock, std::int64_t host) {
  const Segment segment = SegmentAt(clock, host);
  return segment.realtime + Scaled(host - segment.host, segment.rate);
}

/// A new segment begins at `host`, stepped by `step`, at the rate that drift, tick and freq make. `writing` is held.
void Bend(VirtualClock& clock, std::int64_t host, std::int64_t step);

}  // namespace continuo::ptp_stage
