// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "dsp/base/fixed.h"
#include "proto/clock/ptp_time.h"

namespace continuo::clock {

/// clockIdentity of a grandmaster: eight octets (IEEE 1588-2019, 7.5.2.2), the first one highest. 0: none.
using ClockIdentity = std::uint64_t;

/// One entry of the media-time map: at time `ptp` of `grandmaster` sample `n` begins. A grandmaster that shows another
/// time than the one before gets an entry that continues `n`; nobody chases it.
struct MapEntry {
  std::uint32_t version = 0;  ///< grows by one with every entry of a stage; 0: no entry
  ClockIdentity grandmaster = 0;
  Nanoseconds ptp = 0;
  MediaTime n = 0;  ///< a whole number of seconds, so that no nanosecond is lost
  std::int32_t rate_hz = kSampleRate;
  MediaTime from = 0;  ///< the entry holds from this sample on
  bool operator==(const MapEntry&) const = default;

  /// Stage time at PTP time `t` of the grandmaster.
  constexpr Nanoseconds StageAt(Nanoseconds t) const { return TimeOf(n, rate_hz) + (t - ptp); }
};

/// Whether an entry that came from outside may be used.
constexpr bool IsValid(const MapEntry& entry) {
  return entry.version != 0 && entry.grandmaster != 0 && entry.rate_hz == kSampleRate &&
         entry.ptp > -kMediaTimeLimit * 500 && entry.ptp < kMediaTimeLimit * 500 &&
         entry.n > -kMediaTimeLimit && entry.n < kMediaTimeLimit && entry.n % kSampleRate == 0 &&
         entry.from > -kMediaTimeLimit && entry.from < kMediaTimeLimit;
}

/// Where media time begins: the samples of the first grandmaster's PTP time.
constexpr MapEntry FirstEntry(ClockIdentity grandmaster) {
  return {.version = 1, .grandmaster = grandmaster};
}

/// The entry after `before`: from sample `from` on, PTP time of `grandmaster` is `ahead` less than stage time.
constexpr MapEntry NextEntry(std::uint32_t before, ClockIdentity grandmaster, Nanoseconds ahead,
                             MediaTime from) {
  const MediaTime n = from / kSampleRate * kSampleRate;
  return {before + 1, grandmaster, TimeOf(n, kSampleRate) - ahead, n, kSampleRate, from};
}

/// The newest entries, by version. Bounded: a stage that has seen more grandmasters forgets the oldest.
class MediaMap {
 public:
  static constexpr std::size_t kEntries = 8;

  /// False: it is not valid, or not newer than all that are known.
  bool Add(const MapEntry& entry) {
    if (!IsValid(entry) || entry.version <= version()) return false;
    if (entries_.full()) entries_.erase(0);
    return entries_.push_back(entry);
  }
  /// What holds for this grandmaster at sample `n`: the newest entry of it that has begun, or else the oldest.
  /// Null: its time says nothing yet.
  const MapEntry* Find(ClockIdentity grandmaster, MediaTime n) const {
    const MapEntry* found = nullptr;
    for (const MapEntry& entry : entries_) {
      if (entry.grandmaster != grandmaster) continue;
      if (found == nullptr || entry.from <= n) found = &entry;
    }
    return found;
  }
  std::uint32_t version() const { return entries_.empty() ? 0 : entries_.back().version; }
  const FixedVector<MapEntry, kEntries>& entries() const { return entries_; }
  bool operator==(const MediaMap&) const = default;

 private:
  FixedVector<MapEntry, kEntries> entries_;
};

}  // namespace continuo::clock
