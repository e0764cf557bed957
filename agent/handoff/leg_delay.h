// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>

#include "dsp/base/realtime.h"
#include "dsp/base/units.h"

namespace continuo::agent::handoff {

/// How late the copies of one leg came: samples from the end of a packet's last sample until the audio thread took it
/// in. Below 0: before the packet was over, as of sources that run ahead.
struct LegDelay {
  static constexpr Frames kNone = std::numeric_limits<Frames>::min();
  Frames worst_now = kNone;  ///< of the last second or two; kNone: nothing came
  Frames worst = kNone;      ///< of the last half minute to a minute
  Frames sum = 0;            ///< of those of the last half minute to a minute
  std::int64_t count = 0;
};

/// Keeps it, in a few numbers: two windows of a second and two of half a minute, of which the older is forgotten when
/// the newer is full.
class LegDelays {
 public:
  /// Publications in a second.
  static constexpr int kSecond = 4;
  static constexpr int kHalfMinute = 30 * kSecond;

  void Note(Frames delay) CONTINUO_REALTIME {
    seconds_[0] = std::max(seconds_[0], delay);
    Window& window = windows_[0];
    window.worst = std::max(window.worst, delay);
    window.sum += delay;
    ++window.count;
  }
  /// Four times a second.
  LegDelay Publish() CONTINUO_REALTIME {
    LegDelay delay;
    delay.worst_now = std::max(seconds_[0], seconds_[1]);
    delay.worst = std::max(windows_[0].worst, windows_[1].worst);
    delay.sum = windows_[0].sum + windows_[1].sum;
    delay.count = windows_[0].count + windows_[1].count;
    ++publications_;
    if (publications_ % kSecond == 0) seconds_ = {LegDelay::kNone, seconds_[0]};
    if (publications_ % kHalfMinute == 0) windows_ = {Window{}, windows_[0]};
    return delay;
  }

 private:
  struct Window {
    Frames worst = LegDelay::kNone;
    Frames sum = 0;
    std::int64_t count = 0;
  };
  std::array<Frames, 2> seconds_ = {LegDelay::kNone, LegDelay::kNone};  // this one, the one before
  std::array<Window, 2> windows_;
  int publications_ = 0;
};

}  // namespace continuo::agent::handoff
