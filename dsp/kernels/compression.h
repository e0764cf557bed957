// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>

#include "dsp/base/bytes.h"
#include "dsp/base/math.h"
#include "dsp/base/realtime.h"
#include "dsp/base/units.h"
#include "dsp/kernels/ramp.h"

// The two halves of a compressor's side chain, as in Giannoulis, Massberg, Reiss, "Digital Dynamic Range Compressor
// Design - A Tutorial and Analysis", JAES 60(6), 2012: the gain computer (section 2.2) and the smooth, decoupled peak
// detector (section 2.4), which works upon the decibels that the gain computer takes away.

namespace continuo::dsp {

/// The static curve: how many decibels are taken away at a steady level. Its three figures glide.
class CompressionCurve {
 public:
  void Reset(float threshold_db, float ratio, float knee_db) {
    threshold_.Reset(threshold_db);
    slope_.Reset(SlopeOf(ratio));
    knee_.Reset(knee_db);
  }
  void GoToThreshold(float db) { threshold_.GoTo(db); }
  void GoToRatio(float ratio) { slope_.GoTo(SlopeOf(ratio)); }
  void GoToKnee(float db) { knee_.GoTo(db); }

  /// Replaces `count` levels in dB by what is taken away of each, in dB >= 0; moves on by so many samples. With nothing
  /// in motion it computes all of the array, which may be faster than a part of it.
  template <std::size_t kSize>
  void Apply(std::array<float, kSize>& db, int count) CONTINUO_REALTIME {
    if (!threshold_.moving() && !slope_.moving() && !knee_.moving()) {
      const Point point(threshold_.now(), slope_.now(), knee_.now());
      for (float& level : db) level = point.Reduction(level);
      return;
    }
    for (int i = 0; i < count; ++i) {
      const float threshold = threshold_.Next(), slope = slope_.Next();
      db[i] = Point(threshold, slope, knee_.Next()).Reduction(db[i]);
    }
  }

  void Snapshot(ByteWriter& out) const {
    for (const Ramp* ramp : {&threshold_, &slope_, &knee_}) ramp->Snapshot(out);
  }
  bool Restore(ByteReader& in) {
    bool ok = true;
    for (Ramp* ramp : {&threshold_, &slope_, &knee_}) ok = ramp->Restore(in) && ok;
    return ok && threshold_.Within(-200.0f, 200.0f) && slope_.Within(0.0f, 1.0f) &&
           knee_.Within(0.0f, 200.0f);
  }

 private:
  struct Point {
    Point(float threshold, float slope_of, float knee)
        : low(threshold - 0.5f * knee),
          width(knee),
          slope(slope_of),
          bend(knee > kHard ? 0.5f / knee : 0.0f) {}

    /// A parabola within the knee, a straight line above it.
    float Reduction(float db) const {
      const float above = db - low;
      const float positive = above > 0.0f ? above : 0.0f;
      const float in_knee = positive < width ? positive : width;
      return slope * (bend * in_knee * in_knee + (positive - in_knee));
    }

    static constexpr float kHard = 1e-3f;
    float low, width, slope, bend;
  };

  static float SlopeOf(float ratio) { return 1.0f - 1.0f / ratio; }

  Ramp threshold_, slope_, knee_;
};

/// Follows what the curve takes away: a rise with the attack's time constant (to 63 % of the way, in dB), a fall with
/// the release's and then the attack's. So a note's own wave hardly moves it.
class SmoothPeak {
 public:
  void Reset() { held_ = level_ = 0.0f; }
  void SetAttack(float ms) { attack_ = Share(ms); }
  void SetRelease(float ms) { release_ = Share(ms); }

  /// At the beginning of each control period: often enough, since none of the time constants is shorter than 4 samples.
  void BeginPeriod() {
    held_ = FlushTiny(held_);
    level_ = FlushTiny(level_);
  }
  float Next(float db) {
    // Written so that as little as possible waits for the sample before.
    const float falling = (1.0f - release_) * held_ + release_ * db;
    held_ = db > falling ? db : falling;
    level_ = (1.0f - attack_) * level_ + attack_ * held_;
    return level_;
  }

  void Snapshot(ByteWriter& out) const {
    out.F32(held_);
    out.F32(level_);
  }
  /// The times are to be set again.
  bool Restore(ByteReader& in) {
    held_ = in.F32();
    level_ = in.F32();
    return in.ok() && IsLevel(held_) && IsLevel(level_);
  }

 private:
  static bool IsLevel(float db) { return db >= 0.0f && db <= 1000.0f; }
  /// Share of the way per sample, of which the time constant is `ms`.
  static float Share(float ms) { return 1.0f - Exp(-1000.0f / (ms * kSampleRate)); }

  float attack_ = 1, release_ = 1;
  float held_ = 0, level_ = 0;
};

}  // namespace continuo::dsp
