// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "proto/clock/fit.h"
#include "proto/clock/line.h"
#include "proto/clock/lock_state.h"
#include "proto/clock/media_map.h"

namespace continuo::clock {

/// One look at a clock that PTP disciplines, four to ten times a second.
struct Reading {
  Nanoseconds local = 0;          ///< this machine's oscillator
  Nanoseconds ptp = 0;            ///< what the disciplined clock showed at that instant
  ClockIdentity grandmaster = 0;  ///< whose time that is
  Nanoseconds offset = 0;         ///< from its master, as it was measured last
  bool usable = false;  ///< it follows a grandmaster that is allowed, and was heard just now
  bool fresh =
      true;  ///< the offset was measured since the reading before. Else this one says only that all is well
};

/// Draws stage time over the local oscillator. A control loop of second order, critically damped: what differs is
/// slewed away within seconds, on a network that jitters within tens of them; a difference that is no drift (another
/// grandmaster, or one that was set) is never chased, it takes a new entry of the map. Pure: readings in, a line
/// out. One thread.
class Servo {
 public:
  /// The promise: stage time never runs faster or slower than the best estimate of its master by more than this.
  static constexpr std::int64_t kSlewPpb = 50'000;
  /// The most by which an oscillator may be wrong, 500 ppm; beyond it is held at that.
  static constexpr std::int64_t kDriftPpb = 500'000;
  /// A difference above this that lasts is no drift: holdover, until there is an entry for it.
  static constexpr Nanoseconds kChase = 1'000'000;
  /// Without a usable reading for so long it holds over.
  static constexpr Nanoseconds kPatience = 600'000'000;

  /// `guess`: stage time until somebody knows better.
  explicit Servo(const Line& guess) : line_(guess) {}

  void Take(const Reading& reading);
  /// A new entry of the map; false if it is not valid or not newer. In kFree it may move stage time, later it cannot.
  bool Add(const MapEntry& entry) { return map_.Add(entry); }

  const Line& line() const { return line_; }
  LockState state() const { return state_; }
  const MediaMap& map() const { return map_; }
  /// How far stage time may be from its master at that instant: an estimate with a margin, not a bound. 0 in kFree.
  Nanoseconds ErrorAt(Nanoseconds local) const;
  /// By how much stage time must be faster than the oscillator: minus what the crystal is off.
  std::int64_t drift_ppb() const { return drift_mppb_ / 1000; }
  Nanoseconds held_since() const { return held_since_; }  ///< local time; meaningful in kHoldover
  Nanoseconds difference() const { return difference_; }  ///< of the newest reading from the line

  /// A clock that has been steady for a second and of which the map says nothing: how far stage time is ahead of it
  /// now. What an entry is made from.
  struct Candidate {
    ClockIdentity grandmaster = 0;
    Nanoseconds ahead = 0;
    bool operator==(const Candidate&) const = default;
  };
  std::optional<Candidate> candidate() const;

 private:
  struct Watched {
    ClockIdentity grandmaster = 0;
    Fit lately;   // how far it is ahead of the oscillator, for one or two seconds
    Fit younger;  // becomes that: what is old says little
    Nanoseconds last_ahead = 0;
    bool IsSteady() const;
  };

  void Watch(const Reading& reading);
  void Coast(Nanoseconds local);
  std::int64_t PhaseMs() const;
  void Hold(Nanoseconds local);
  void Begin(const Reading& reading, Nanoseconds stage);
  void Acquire(const Reading& reading, Nanoseconds stage);
  void Resume(const Reading& reading);
  void LearnRate(Nanoseconds local);
  void Follow(const Reading& reading);
  void Draw(Nanoseconds local, std::int64_t rate_ppb);

  Line line_;
  LockState state_ = LockState::kFree;
  MediaMap map_;
  Watched watched_;
  Reading began_;  // where acquisition began
  Fit acquired_;   // how far the clock is ahead of the oscillator since then
  Nanoseconds acquired_last_ = 0;
  ClockIdentity following_ = 0;  // whose time the line is drawn by
  Nanoseconds heard_ = 0;        // local time of the last reading that was followed
  Nanoseconds well_ = 0;         // local time of the last that was usable
  Nanoseconds held_since_ = 0;
  Nanoseconds difference_ = 0;
  Nanoseconds spread_ = 0;          // mean of |difference|
  Nanoseconds followed_ = 0;        // the difference of the reading that was followed last
  Nanoseconds jitter_ = 0;          // mean of |difference - the one before|
  std::int64_t pace_ms_ = 100;      // mean time between readings that are followed
  int odd_ = 0;                     // readings in succession that were far off
  Nanoseconds resumed_ = 0;         // local time since when another grandmaster is followed
  std::int64_t uncertain_ppb_ = 0;  // of its rate
  std::int64_t drift_mppb_ = 0;     // 1/1000 ppb, so that small differences add up
  std::int64_t calm_mppb_ = 0;      // its mean over ten seconds: what holdover goes on with
  std::int64_t restless_mppb_ = 0;  // mean of |drift - calm|
};

}  // namespace continuo::clock
