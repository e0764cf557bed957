// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dsp/base/bytes.h"
#include "dsp/base/math.h"

namespace continuo::dsp {

/// A value that glides in a straight line to where it was last sent, one step per sample, and arrives exactly. It
/// counts samples, never blocks, so block sizes cannot be heard.
class Ramp {
 public:
  /// 10 ms: no click, and still immediate to a hand on a fader.
  static constexpr int kFrames = 480;

  /// Stands at `value` at once.
  void Reset(float value) { *this = Ramp{value}; }
  /// Arrives at `value` after kFrames calls of Next.
  void GoTo(float value) {
    target_ = value;
    step_ = (value - now_) * (1.0f / kFrames);
    left_ = kFrames;
  }
  /// The value for this sample; then moves on.
  float Next() {
    const float value = now_;
    if (left_ > 0) now_ = --left_ == 0 ? target_ : FlushTiny(now_ + step_);
    return value;
  }
  float now() const { return now_; }
  float target() const { return target_; }
  bool moving() const { return left_ > 0; }

  void Snapshot(ByteWriter& out) const {
    out.F32(now_);
    out.F32(target_);
    out.F32(step_);
    out.Le(static_cast<std::uint16_t>(left_));
  }
  bool Restore(ByteReader& in) {
    now_ = in.F32();
    target_ = in.F32();
    step_ = in.F32();
    left_ = in.Le<std::uint16_t>();
    return in.ok() && IsFinite(now_) && IsFinite(target_) && IsFinite(step_) && left_ <= kFrames;
  }

  Ramp() = default;

 private:
  explicit Ramp(float value) : now_(value), target_(value) {}

  float now_ = 0;
  float target_ = 0;
  float step_ = 0;
  int left_ = 0;
};

}  // namespace continuo::dsp
