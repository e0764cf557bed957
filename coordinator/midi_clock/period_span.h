// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <optional>

#include "dsp/base/realtime.h"
#include "dsp/base/units.h"

namespace continuo::coordinator::midi_clock {

/// Which samples of the show are heard in a period of a device, so that none is left out and none comes twice, though
/// the one clock is known a little better each time and the other may lose time. One thread, real-time safe.
class PeriodSpan {
 public:
  /// What is further away than that is a jump, and not made up for.
  static constexpr Frames kSlack = FramesOfMs(100);

  /// The next period: [begins, ends) by what is known of the clocks.
  void Next(MediaTime begins, MediaTime ends) CONTINUO_REALTIME {
    const bool goes_on = until_ && begins - *until_ <= kSlack && *until_ - begins <= kSlack;
    from_ = goes_on ? *until_ : begins;
    until_ = std::max(from_, ends);
  }
  MediaTime from() const { return from_; }
  MediaTime to() const { return until_.value_or(0); }
  /// Frame of a period of `frames` on which sample `at` of it is heard.
  Frames FrameOf(MediaTime at, Frames frames) const CONTINUO_REALTIME {
    const Frames length = std::max<Frames>(1, to() - from_);
    return std::clamp<Frames>((at - from_) * frames / length, 0, frames - 1);
  }

 private:
  MediaTime from_ = 0;
  std::optional<MediaTime> until_;
};

}  // namespace continuo::coordinator::midi_clock
