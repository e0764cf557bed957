// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>

#include "dsp/base/units.h"

namespace continuo::coordinator::beside {

/// Media time, as somebody draws it who only asks the coordinator: what it answers was true at some instant between the
/// question and the answer. Each answer bounds the difference of the two clocks from both sides, by how long either way
/// took at most; of many answers the tightest bounds hold, though they come of different ones.
class MediaBounds {
 public:
  /// Asked at `asked` of the local clock, answered at `answered`: it was `n` then.
  void Note(Nanoseconds asked, Nanoseconds answered, MediaTime n);
  bool knows() const { return !looks_.empty(); }
  /// Media time at that local time. Only if it knows.
  MediaTime At(Nanoseconds local) const;
  /// So far is the time of media, in ns, ahead of the local clock. Only if it knows.
  Nanoseconds ahead() const { return least_ + (most_ - least_) / 2; }
  /// At most so far is that from the truth, if the two clocks run alike.
  Nanoseconds error() const { return (most_ - least_) / 2; }

 private:
  struct Look {
    Nanoseconds answered = 0;
    Nanoseconds least = 0, most = 0;  // time of media less the local clock
  };
  /// Older ones say nothing where one clock is 100 ppm faster.
  static constexpr Nanoseconds kMemory = 3'000'000'000;

  std::deque<Look> looks_;
  Nanoseconds least_ = 0, most_ = 0;
};

}  // namespace continuo::coordinator::beside
