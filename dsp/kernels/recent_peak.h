// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

#include "dsp/base/math.h"
#include "dsp/base/units.h"
#include "dsp/kernels/control_rate.h"

namespace continuo::dsp {

/// The largest of what was seen in the last 100 to 200 ms: since the beginning of the last whole tenth of a second of
/// media time. Values are >= 0.
class RecentPeak {
 public:
  static constexpr Frames kPeriod = FramesOfMs(100);
  static_assert(kPeriod % kControlFrames == 0);

  /// Before the samples from `n` on, which lie in one control period, are added.
  void BeginStretch(MediaTime n) {
    if (ControlPhase(n) == 0 && n % kPeriod == 0) Turn();
  }
  void Turn() {
    before_ = now_;
    now_ = 0.0f;
  }
  /// What is below this changes nothing that is yet to be read.
  float now() const { return now_; }
  void Add(float value) { now_ = now_ > value ? now_ : value; }
  float value() const { return std::max(before_, now_); }

  void Snapshot(ByteWriter& out) const {
    out.F32(before_);
    out.F32(now_);
  }
  bool Restore(ByteReader& in) {
    before_ = in.F32();
    now_ = in.F32();
    return in.ok() && IsFinite(before_) && IsFinite(now_) && before_ >= 0.0f && now_ >= 0.0f;
  }

 private:
  float before_ = 0, now_ = 0;
};

}  // namespace continuo::dsp
