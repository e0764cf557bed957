// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "dsp/base/realtime.h"
#include "dsp/base/units.h"

namespace continuo::agent {

/// The gain of an output guard. It is told for each frame how much has to be taken off, and gives the gain of the frame
/// kDelay before: what is needed is held, then let go with a time constant of 85 ms, and averaged over 64 frames. So it
/// has come down in a straight line when the frame that needs it leaves. In integers, so that what was
/// taken off ends at nothing, and a gain of 1 is one.
class GuardGain {
 public:
  static constexpr int kWindow = 64;
  static constexpr int kDelay = kWindow - 1;
  static constexpr std::int32_t kAll = 1 << 30;

  /// What has to be taken off so that a peak of that size (not below 0) is at most full scale: kAll is everything.
  static std::int32_t NeedOf(float peak) CONTINUO_REALTIME {
    if (peak <= 1.0f) return 0;
    return static_cast<std::int32_t>(std::ceil((1.0 - 1.0 / peak) * kAll));
  }
  /// `hold`: how long before it is let go, at least kWindow.
  double Next(std::int32_t need, Frames hold) CONTINUO_REALTIME {
    Follow(need, hold);
    std::int32_t& oldest = taken_[at_];
    sum_ += reduction_ - oldest;
    oldest = reduction_;
    at_ = (at_ + 1) % kWindow;
    return sum_ == 0 ? 1.0 : 1.0 - static_cast<double>(sum_) / (double{kAll} * kWindow);
  }
  bool acting() const { return sum_ != 0; }

 private:
  void Follow(std::int32_t need, Frames hold) {
    // What is let go within a window is half of this margin. A need that would be passed by it is held anew.
    const std::int32_t margin = reduction_ >> 5;
    if (need > reduction_ - margin) {
      reduction_ = std::max(reduction_, need);
      held_ = std::max(held_, hold);
    } else if (held_ > 0) {
      --held_;
    } else if (reduction_ > 0) {
      reduction_ -= (reduction_ >> 12) + 1;
    }
  }

  std::int32_t reduction_ = 0;
  Frames held_ = 0;
  std::array<std::int32_t, kWindow> taken_{};
  std::size_t at_ = 0;
  std::int64_t sum_ = 0;
};

}  // namespace continuo::agent
