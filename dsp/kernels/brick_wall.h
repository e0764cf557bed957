// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "dsp/base/bytes.h"
#include "dsp/base/realtime.h"
#include "dsp/kernels/control_rate.h"

namespace continuo::dsp {

/// Makes of the gain that each sample needs a smooth one that is never above it: what is needed is held (a sliding
/// minimum), recovers with the release, and is smoothed by two means of equal length in a row, which lie within the
/// hold. Means are computed in integers, so that they neither drift nor round up.
class BrickWall {
 public:
  /// The gain is at or below what was needed for sample k when sample k + kDelay comes in, and for kGuard samples
  /// before and kGuard + 1 after that.
  static constexpr int kMean = 32;
  static constexpr int kSmooth = 2 * kMean - 1;
  static constexpr int kGuard = 4;
  static constexpr int kDelay = kSmooth - 1 + kGuard;
  static constexpr int kHold = kSmooth + 2 * kGuard + 1;
  using Stretch = std::array<float, kControlFrames>;

  void Reset();
  /// Time constant of the way back.
  void SetRelease(float ms);
  /// `gain`: what samples n to n + frames - 1 need, [0, 1]; becomes what they get, kDelay late. Within one control
  /// period.
  void Process(MediaTime n, int frames, Stretch& gain) CONTINUO_REALTIME;

  /// Nothing moves, for as long as all samples need a gain of 1: that of each is SteadyGain(), and nothing else becomes
  /// of them. Costs nothing.
  bool IsSteady() const { return steady_ >= 2 * kMean; }
  float SteadyGain() const;

  void Snapshot(ByteWriter& out) const;
  /// The release is to be set again.
  bool Restore(ByteReader& in);

 private:
  /// Gains in 2^-24.
  struct Mean {
    std::array<std::int32_t, kMean> ring;  // [n % kMean]
    std::int32_t sum;

    std::int32_t Next(int at, std::int32_t value) {
      sum += value - ring[at];
      ring[at] = value;
      return sum / kMean;
    }
    void Fill(std::int32_t value) {
      ring.fill(value);
      sum = kMean * value;
    }
    bool Restore(ByteReader& in);
  };

  void Hold(int frames, Stretch& gain) CONTINUO_REALTIME;

  float release_ = 1;
  std::array<float, kHold - 1> needed_;
  float level_ = 1;
  Mean first_, second_;
  int steady_ =
      0;  // samples for which all that is held was 1 and the level stayed; no part of the state
};

}  // namespace continuo::dsp
