// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "dsp/base/fixed.h"
#include "proto/session/timeline.h"

namespace continuo::mcu {

/// The tempo of beats that somebody taps: the mean of the last four spans between them, in samples, so that no delay on
/// the way of a tap matters.
class TappedTempo {
 public:
  /// A tap at that sample; more than three seconds after the last, or before it, it is the first of others. Thousandths
  /// of a quarter note a minute; none: it is the first, or no show goes that fast.
  std::optional<std::uint32_t> Tap(MediaTime n) {
    if (!taps_.empty() && (n <= taps_.back() || n - taps_.back() > kForgets)) taps_.clear();
    if (taps_.full()) taps_.erase(0);
    taps_.push_back(n);
    if (taps_.size() < 2) return std::nullopt;
    const Frames all = taps_.back() - taps_[0];
    const auto spans = static_cast<std::int64_t>(taps_.size() - 1);
    const std::int64_t tempo = (std::int64_t{60'000} * kSampleRate * spans + all / 2) / all;
    if (tempo < session::kTempoMinMilliBpm || tempo > session::kTempoMaxMilliBpm) {
      return std::nullopt;
    }
    return static_cast<std::uint32_t>(tempo);
  }

 private:
  static constexpr Frames kForgets = FramesOfMs(3000);

  FixedVector<MediaTime, 5> taps_;
};

}  // namespace continuo::mcu
