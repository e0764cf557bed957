// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "dsp/base/bytes.h"
#include "dsp/base/realtime.h"
#include "dsp/kernels/control_rate.h"

namespace continuo::dsp {

/// How high one channel is between its samples: four points per sample as ITU-R BS.1770-4, Annex 2 asks for, by filters
/// of our own, and a parabola through each peak of these points. Right to 0.1 dB with content up to
/// 20 kHz; what lies beyond 22 kHz, as converters let nothing through, it hears in part.
class TruePeak {
 public:
  /// Samples that must be known on either side of a place between two samples.
  static constexpr int kReach = 16;
  /// What is larger than this, or no number, reads as this.
  static constexpr float kLoudest = 1e9f;
  using Stretch = std::array<float, kControlFrames>;

  void Reset();
  /// Takes `frames` <= kControlFrames clean samples in. peaks[i] becomes the largest magnitude within one sample's
  /// time, from in[i - kReach] until before in[i - kReach + 1]; peaks beyond `frames` mean nothing. Peaks below
  /// `interest` may read too low, as nothing even: what cannot reach it is spared. False: nothing can, and none is
  /// written.
  bool Process(const float* in, int frames, float interest, Stretch& peaks) CONTINUO_REALTIME;

  void Snapshot(ByteWriter& out) const;
  bool Restore(ByteReader& in);

 private:
  /// What a filter hears for one place: the last of the samples before, behind which new ones come.
  static constexpr int kTaps = 2 * kReach;
  using Window = std::array<float, kTaps + kControlFrames>;
  /// What lies a quarter, half and three quarters of a sample behind each; of the last, what was before the first, too.
  struct Between {
    std::array<float, kControlFrames> quarter, half;
    std::array<float, kControlFrames + 1> three_quarters;
  };

  bool IsQuiet(const Window& window, float interest) const CONTINUO_REALTIME;
  void Measure(const Window& window, int frames, float interest, Stretch& peaks) CONTINUO_REALTIME;
  static void Interpolate(const float* x, Between& y) CONTINUO_REALTIME;
  float Before() const CONTINUO_REALTIME;

  std::array<float, kTaps> history_ = {};  // the first is known where it is needed
  float before_ = 0;        // three quarters of a sample behind the last interval's beginning
  bool is_behind_ = false;  // it was not asked for: Before() says what it would be
};

}  // namespace continuo::dsp
