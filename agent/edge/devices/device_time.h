// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <atomic>
#include <cmath>
#include <numbers>

#include "dsp/base/realtime.h"
#include "dsp/base/units.h"
#include "proto/plan/media_time.h"

namespace continuo::agent {

/// A moment in media time, between two samples.
struct MediaMoment {
  MediaTime n = 0;      ///< the last sample that has begun
  double fraction = 0;  ///< of a sample, 0 to 1
};

/// That of time `t` of the map's clock. Pure.
constexpr MediaMoment MomentAt(const plan::MediaTimeMap& map, Nanoseconds t) {
  const MediaTime n = plan::MediaTimeAt(map, t);
  const Nanoseconds rest = std::max<Nanoseconds>(0, t - plan::TimeAt(map, n));
  return {n, static_cast<double>(rest) * map.rate_hz / 1e9};
}

/// When the periods of a device begin, in media time: what its crystal says, told from how late a thread happened to be
/// woken. A delay-locked loop of second order, after F. Adriaensen, "Using a DLL to filter time" (2005), whose error
/// goes through two more poles, so that what a late wake-up does is spread over a second. Its bandwidth is 0.5 Hz when
/// it begins, and comes down to 0.05 Hz within 10 s: 200 ppm move it by 1.5 samples at most, by 0.1 after 3 s and by
/// 0.01 after 7 s (tests/agent/edge/devices/device_time_test.cc). Pure but for LostTime.
class DeviceTime {
 public:
  static constexpr double kWide = 0.5, kNarrow = 0.05;  ///< bandwidth, Hz
  /// No single wake-up counts as later or earlier than this (0.25 ms), in samples.
  static constexpr double kMost = 12;
  /// Who is further away than this, in all periods of kWindow samples, has moved: an xrun, or a clock that was stepped.
  static constexpr double kMoved = 24;
  static constexpr Frames kWindow = FramesOfMs(200);
  static constexpr int kSoon = 4;  ///< periods that are the window after an xrun

  /// One period, in samples of media time after `origin`. `to` is the next one's `from`, unless that has moved.
  struct Span {
    MediaTime origin = 0;
    double from = 0, to = 0;
    bool moved = false;  ///< it does not go on where the one before ended
  };

  /// A period of `frames` samples of the device begins, and the thread that knows it looks at the clock at `now`.
  Span Next(const MediaMoment& now, int frames) CONTINUO_REALTIME {
    const bool moved = !begun_ || HasMoved(ErrorOf(now), frames);
    if (moved) Begin(now);
    const double error = std::clamp(ErrorOf(now), -kMost, kMost);
    const double turn = 2 * std::numbers::pi * Bandwidth() * frames / kSampleRate;
    const double smooth = std::min(1.0, kPoles * turn);
    once_ += smooth * (error - once_);
    twice_ += smooth * (once_ - twice_);
    Span span{origin_, next_, 0, moved};
    next_ += frames * rate_ + std::numbers::sqrt2 * turn * twice_;
    rate_ += turn * turn * twice_ / frames;
    age_ += frames;
    span.to = next_;
    return span;
  }
  /// The device has lost time. Any thread.
  void LostTime() CONTINUO_REALTIME { lost_time_.store(true, std::memory_order_relaxed); }
  /// Samples of media time in one of the device: 0.9998 where its crystal is 200 ppm fast.
  double rate() const { return rate_; }

 private:
  static constexpr double kPoles = 20;  // times the bandwidth

  double ErrorOf(const MediaMoment& now) const {
    return static_cast<double>(now.n - origin_) + now.fraction - next_;
  }
  double Bandwidth() const {
    return std::max(kNarrow, kWide / std::max(1.0, static_cast<double>(age_) / kSampleRate));
  }
  void Begin(const MediaMoment& now) {
    origin_ = now.n;
    next_ = now.fraction;
    once_ = twice_ = 0;
    age_ = watched_ = 0;
    alert_ = 0;
    begun_ = true;
  }
  // One that comes late says nothing: the nearest of a window counts.
  bool HasMoved(double error, int frames) {
    if (lost_time_.exchange(false, std::memory_order_relaxed)) {
      watched_ = 0;
      alert_ = kWindow;
    }
    nearest_ = watched_ == 0 ? std::fabs(error) : std::min(nearest_, std::fabs(error));
    watched_ += frames;
    const Frames window = alert_ > 0 ? std::min(kWindow, Frames{kSoon} * frames) : kWindow;
    alert_ -= std::min<Frames>(alert_, frames);
    if (watched_ < window) return false;
    watched_ = 0;
    return nearest_ > kMoved;
  }

  std::atomic<bool> lost_time_{false};
  bool begun_ = false;
  MediaTime origin_ = 0;
  double next_ = 0;                 // when the next period begins
  double rate_ = 1;                 // kept when it begins anew: the crystal is the same
  double once_ = 0, twice_ = 0;     // the error, smoothed
  Frames age_ = 0;                  // since it began
  Frames watched_ = 0, alert_ = 0;  // of this window; for how long windows are short
  double nearest_ = 0;              // error in it
};

}  // namespace continuo::agent
