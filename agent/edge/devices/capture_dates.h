// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <numeric>

#include "dsp/base/realtime.h"
#include "dsp/base/units.h"
#include "proto/plan/media_time.h"

namespace continuo::agent {

/// Which media time the samples of a device's periods have. A period is dated so that it is over when it is handed
/// out, or as much earlier as makes the beginnings of periods and packets meet. Then the device counts: its next sample
/// is the next date, however early or late a period is handed out. Two clocks are two, so what the count is away from
/// the time is watched: when it has been away by more than `limit` for a second, or after an xrun by more than that or
/// a period for four of them, it *slips* to where it should be. Then dates are left out, which will be silence, or come
/// twice, and the samples of those are dropped: nothing piles up.
class CaptureDates {
 public:
  static constexpr Frames kWindow = kSampleRate;
  /// A server may tell of an xrun before it hands out what came late by it.
  static constexpr Frames kAfterXrun = FramesOfMs(200);
  static constexpr int kSoon = 4;  ///< periods

  CaptureDates(const plan::MediaTimeMap& media, int quantum, Frames limit)
      : media_(media), quantum_(quantum), limit_(limit) {}

  /// The date of the first of `frames` samples that are handed out at time `t` of the map's clock.
  MediaTime Next(Nanoseconds t, int frames) CONTINUO_REALTIME {
    const MediaTime now = plan::MediaTimeAt(media_, t);
    if (next_ == kNone) {
      next_ = DateOf(now, frames);
    } else if (IsAway(now, frames)) {
      const MediaTime date = DateOf(now, frames);
      slips_ += date == next_ ? 0 : 1;
      next_ = date;
    }
    ahead_ = next_ + frames - now;
    const MediaTime first = next_;
    next_ += frames;
    return first;
  }
  /// The device has lost time. Any thread.
  void LostTime() CONTINUO_REALTIME { lost_time_.store(true, std::memory_order_relaxed); }
  std::uint64_t slips() const { return slips_; }
  /// How much later than the hand-out the last date was over, in samples; below 0: that much earlier.
  Frames ahead() const { return ahead_; }

 private:
  static constexpr MediaTime kNone = -1;

  MediaTime DateOf(MediaTime now, int frames) const {
    const MediaTime grid = std::gcd(frames, quantum_);
    return (now - frames) / grid * grid;
  }
  bool IsAway(MediaTime now, int frames) {
    const Frames ahead = next_ + frames - now;
    const Frames grid = std::gcd(frames, quantum_);
    const Frames much = std::min<Frames>(frames, limit_) + grid;
    if (lost_time_.exchange(false, std::memory_order_relaxed)) {
      watched_ = 0;
      alert_ = kAfterXrun;
    }
    // A period that comes late says nothing: the least late one of a second counts.
    most_ahead_ = watched_ == 0 ? ahead : std::max(most_ahead_, ahead);
    watched_ += frames;
    const bool alert = alert_ > 0;
    alert_ -= alert ? frames : 0;
    if (watched_ < (alert ? Frames{kSoon} * frames : kWindow)) return false;
    watched_ = 0;
    if (alert) return most_ahead_ < -much;
    return most_ahead_ < -limit_ - grid || most_ahead_ > limit_;
  }

  const plan::MediaTimeMap media_;
  const int quantum_;
  const Frames limit_;
  std::atomic<bool> lost_time_{false};
  MediaTime next_ = kNone;
  Frames watched_ = 0, most_ahead_ = 0, ahead_ = 0;
  Frames alert_ = 0;  // samples for which it is looked at more often
  std::uint64_t slips_ = 0;
};

}  // namespace continuo::agent
