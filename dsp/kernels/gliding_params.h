// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <iterator>
#include <span>

#include "dsp/base/math.h"
#include "dsp/kernels/control_rate.h"
#include "dsp/kernels/kernel.h"
#include "dsp/kernels/param_values.h"
#include "dsp/kernels/ramp.h"

namespace continuo::dsp {

/// What the parameters of a kernel are set to, and where they are on their way there: those with a glide_ms move once
/// per control period, in a straight line (kLog ones: in octaves), and arrive after 10 ms, which their glide_ms must
/// say; others are there at once.
template <const auto& kParams>
class GlidingParams {
 public:
  void Reset(std::span<const ParamSetting> settings = {}) {
    values_.Reset(settings);
    moving_ = false;
    for (std::size_t i = 0; i < kCount; ++i) ramps_[i].Reset(ScaleOf(i, values_[i]));
  }
  /// False if the event sets no parameter of this kernel.
  bool Apply(const KernelEvent& event) CONTINUO_REALTIME {
    if (!values_.Apply(event)) return false;
    const float to = ScaleOf(event.target, event.value);
    if (kParams[event.target].glide_ms > 0.0f) {
      ramps_[event.target].GoTo(to);
      moving_ = true;
    } else {
      ramps_[event.target].Reset(to);
    }
    return true;
  }
  /// To be called where a control period begins. False: nothing moves.
  bool Step() CONTINUO_REALTIME {
    if (!moving_) return false;
    moving_ = false;
    for (Glide& ramp : ramps_) {
      ramp.Next();
      moving_ = moving_ || ramp.moving();
    }
    return true;
  }
  /// Where it is now; exactly what was set, once it arrived.
  float operator[](std::size_t param) const {
    if (!ramps_[param].moving()) return values_[param];
    return IsLog(param) ? Exp2(ramps_[param].now()) : ramps_[param].now();
  }
  /// What was set.
  float Target(std::size_t param) const { return values_[param]; }

  void Snapshot(ByteWriter& out) const {
    values_.Snapshot(out);
    for (const Glide& ramp : ramps_) ramp.Snapshot(out);
  }
  /// False if the bytes are no such parameters; they are then the initial ones.
  bool Restore(ByteReader& in) {
    bool ok = values_.Restore(in);
    moving_ = false;
    for (std::size_t i = 0; i < kCount; ++i) {
      ok = ramps_[i].Restore(in) && IsOnItsWay(i) && ok;
      moving_ = moving_ || ramps_[i].moving();
    }
    if (!ok) Reset();
    return ok;
  }

 private:
  static constexpr std::size_t kCount = std::size(kParams);
  static constexpr int kSteps = 10 * kSampleRate / 1000 / kControlFrames;
  using Glide = RampOf<kSteps>;

  static bool IsLog(std::size_t i) {
    return kParams[i].curve == Curve::kLog && kParams[i].glide_ms > 0.0f;
  }
  static float ScaleOf(std::size_t i, float value) { return IsLog(i) ? Log2(value) : value; }
  /// Between what it may be and what is set, but for roundings, now and with each step that follows.
  bool IsOnItsWay(std::size_t i) const {
    const float min = ScaleOf(i, kParams[i].min), max = ScaleOf(i, kParams[i].max);
    const float slack = 1e-3f * (max - min), now = ramps_[i].now();
    return ramps_[i].target() == ScaleOf(i, values_[i]) && now >= min - slack &&
           now <= max + slack && ramps_[i].LeadsToTarget(slack);
  }

  ParamValues<kParams> values_;
  std::array<Glide, kCount> ramps_;
  bool moving_ = false;
};

}  // namespace continuo::dsp
