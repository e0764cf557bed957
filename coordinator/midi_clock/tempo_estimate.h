// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "dsp/base/units.h"

namespace continuo::coordinator::midi_clock {

/// The tempo of a MIDI clock that somebody else sends: the slope of the straight line through its last two quarter
/// notes (48 clocks) by least squares. Jitter of the single clock counts by 0.01 of itself: with +-1 ms, evenly
/// distributed, the standard error is 0.03 % at 120. Clocks that were lost are counted, as long as most come. Pure; one
/// thread.
class TempoEstimate {
 public:
  static constexpr int kClocks = 48;

  struct Reading {
    double bpm = 0;
    double error_bpm = 0;  ///< standard error
  };
  /// One clock, at a time of any clock that goes evenly. After a second of silence it begins anew.
  void Clock(Nanoseconds at);
  /// Nothing until there are enough, nor while they are not of one tempo: then they lie off the line by more than they
  /// differ from their neighbours.
  std::optional<Reading> Read() const;

 private:
  struct Heard {
    std::int64_t number = 0;  // counts those that were lost
    Nanoseconds at = 0;
  };
  void Begin(Nanoseconds at);
  const Heard& Last(int back) const {
    return heard_[static_cast<std::size_t>((count_ - 1 - back) % kClocks)];
  }
  std::int64_t Step(Nanoseconds interval) const;

  std::array<Heard, kClocks> heard_{};
  std::int64_t count_ = 0;  // of those that came since it began
};

}  // namespace continuo::coordinator::midi_clock
