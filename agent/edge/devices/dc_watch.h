// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "dsp/base/realtime.h"
#include "dsp/base/units.h"

namespace continuo::agent {

/// Finds the DC of one channel and takes it away, and touches nothing where there is none.
///
/// The DC is what two one-pole low-passes of 0.5 Hz in a row let through. It is found like a fuse blows, by area: when
/// it has been beyond the floor on one side for so long that 0.05 full-scale seconds have run up (0.4 s at full scale,
/// 1.1 s at -20 dBFS). Music swings back long before: a half-wave of a full-scale sine holds 1 / (pi f) seconds, so
/// nothing from 10 Hz up is ever taken for DC. What was found is subtracted, gliding in within 0.1 s: a high-pass whose
/// loss is 0.005 dB at 20 Hz. When the DC has been gone for 10 s, it glides out again.
class DcWatch {
 public:
  static constexpr double kFloor = 1.0 / 256;  ///< of full scale, -48 dBFS: less may stay
  static constexpr double kFuse = 0.05 * kSampleRate;

  /// `x` finite, and so small that its square is.
  float Next(float x) CONTINUO_REALTIME {
    low_ += kPole * (x - low_);
    dc_ += kPole * (low_ - dc_);
    if (std::fabs(dc_) < kTiny && std::fabs(low_) < kTiny) low_ = dc_ = 0;
    Judge();
    if (share_ == 0) return x;
    return static_cast<float>(x - share_ * dc_);
  }
  bool acting() const { return share_ != 0; }
  /// How often it has found DC.
  std::uint64_t found() const { return found_; }

 private:
  static constexpr double kPole = 2 * 3.14159265358979 * 0.5 / kSampleRate;
  static constexpr double kTiny = 1e-20;  // never into subnormal numbers: they are slow
  static constexpr double kGlide = 10.0 / kSampleRate;
  static constexpr Frames kCalm = 10 * kSampleRate;

  void Judge() {
    const double beyond = std::fabs(dc_) - kFloor;
    const bool same_side = (dc_ > 0) == positive_;
    positive_ = dc_ > 0;
    charge_ = beyond > 0 && same_side ? charge_ + beyond : 0;
    calm_ = beyond > 0 ? 0 : calm_ + 1;
    if (!found_now_ && charge_ > kFuse) {
      found_now_ = true;
      ++found_;
    }
    if (calm_ > kCalm) found_now_ = false;
    share_ = found_now_ ? std::min(1.0, share_ + kGlide) : std::max(0.0, share_ - kGlide);
  }

  double low_ = 0, dc_ = 0;
  double charge_ = 0;
  double share_ = 0;  // of the DC that is subtracted
  Frames calm_ = 0;
  bool positive_ = false, found_now_ = false;
  std::uint64_t found_ = 0;
};

}  // namespace continuo::agent
