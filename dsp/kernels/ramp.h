// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dsp/base/bytes.h"
#include "dsp/base/math.h"

namespace continuo::dsp {

/// A value that glides in a straight line to where it was last sent, and arrives there exactly after `kSteps` steps.
/// It is stepped once per sample or once per control period, never per block, so block sizes cannot be heard.
template <int kSteps>
class RampOf {
  static_assert(kSteps >= 1 && kSteps <= 65535);

 public:
  /// Stands at `value` at once.
  void Reset(float value) {
    now_ = target_ = value;
    step_ = 0;
    left_ = 0;
  }
  /// Where it stands already, nothing begins to move.
  void GoTo(float value) {
    if (left_ == 0 && value == now_) return;
    target_ = value;
    step_ = FlushTiny((value - now_) * (1.0f / kSteps));
    left_ = kSteps;
  }
  /// The value of this step; then moves on.
  float Next() {
    const float value = now_;
    if (left_ > 0) now_ = --left_ == 0 ? target_ : FlushTiny(now_ + step_);
    return value;
  }
  /// The values of so many steps; then moves on by as many.
  void Fill(float* values, int count) {
    if (left_ == 0) {
      for (int i = 0; i < count; ++i) values[i] = now_;
    } else {
      for (int i = 0; i < count; ++i) values[i] = Next();
    }
  }
  /// Moves on by so many steps.
  void Skip(int count) {
    for (; left_ > 0 && count > 0; --count) Next();
  }
  float now() const { return now_; }
  float target() const { return target_; }
  bool moving() const { return left_ > 0; }
  /// Neither where it is nor where it goes lies outside; what Restore cannot know.
  bool Within(float min, float max) const {
    return now_ >= min && now_ <= max && target_ >= min && target_ <= max &&
           Abs(step_) * kSteps <= 1.01f * (max - min);
  }
  /// Whether what is left of the way leads to the target, but for roundings up to `slack`; what Restore cannot know.
  bool LeadsToTarget(float slack) const {
    return Abs(now_ + step_ * static_cast<float>(left_) - target_) <= slack;
  }

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
    const bool arrived =
        left_ > 0 || std::bit_cast<std::uint32_t>(now_) == std::bit_cast<std::uint32_t>(target_);
    return in.ok() && arrived && left_ <= kSteps && IsFinite(now_) && IsFinite(target_) &&
           IsFinite(step_);
  }

 private:
  float now_ = 0;
  float target_ = 0;
  float step_ = 0;
  int left_ = 0;
};

/// Stepped once per sample: 10 ms, without a click and still immediate to a hand on a fader.
using Ramp = RampOf<480>;

}  // namespace continuo::dsp
