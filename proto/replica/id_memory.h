// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>

#include "dsp/base/units.h"
#include "proto/wire/event.h"

namespace continuo::replica {

/// The ids of the last events that went through a log, so that a late retry is recognised and a late question gets
/// its verdict. Bounded: what was pushed out is summed up by the latest date among it, because "I do not hold it" is a
/// statement (EXPIRED) and must never be made out of forgetfulness.
class IdMemory {
 public:
  static constexpr std::size_t kCapacity = 4096;

  void Clear() {
    used_ = 0;
    oldest_ = 0;
    forgotten_until_ = std::numeric_limits<MediaTime>::min();
  }
  void Remember(EventId id, MediaTime at) {
    if (used_ < kCapacity) {
      ids_[used_] = id;
      dates_[used_++] = at;
      return;
    }
    forgotten_until_ = std::max(forgotten_until_, dates_[oldest_]);
    ids_[oldest_] = id;
    dates_[oldest_] = at;
    oldest_ = (oldest_ + 1) % kCapacity;
  }
  void ForgetUntil(MediaTime at) { forgotten_until_ = std::max(forgotten_until_, at); }
  bool Contains(EventId id) const { return std::find(ids_.begin(), End(), id) != End(); }
  /// An event of this date or an earlier one may have been here and be forgotten.
  MediaTime forgotten_until() const { return forgotten_until_; }

 private:
  const EventId* End() const { return ids_.data() + used_; }

  // Two arrays, since a search reads only the ids.
  std::array<EventId, kCapacity> ids_{};
  std::array<MediaTime, kCapacity> dates_{};
  std::size_t used_ = 0;
  std::size_t oldest_ = 0;
  MediaTime forgotten_until_ = std::numeric_limits<MediaTime>::min();
};

}  // namespace continuo::replica
