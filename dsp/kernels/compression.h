// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>

#include "dsp/base/bytes.h"
#include "dsp/base/lanes.h"
#include "dsp/base/math.h"
#include "dsp/base/realtime.h"
#include "dsp/kernels/ramp.h"

// The gain computer of a compressor, as in Giannoulis, Massberg, Reiss, "Digital Dynamic Range Compressor Design - A
// Tutorial and Analysis", JAES 60(6), 2012, section 2.2.

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
  /// in motion it computes all of the array, a whole number of lanes.
  template <std::size_t kSize>
  void Apply(std::array<float, kSize>& db, int count) CONTINUO_REALTIME {
    if (!threshold_.moving() && !slope_.moving() && !knee_.moving()) {
      const Point point(threshold_.now(), slope_.now(), knee_.now());
      static_assert(kSize % kLanes == 0);
      for (std::size_t i = 0; i < kSize; i += kLanes) {
        StoreLanes(point.Reduction(LoadLanes(&db[i])), &db[i]);
      }
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

    Lanes Reduction(const Lanes& db) const {
      const Lanes positive = LargerLanes(db - low, Lanes{});
      const Lanes in_knee = SmallerLanes(positive, AllLanes(width));
      return slope * (bend * in_knee * in_knee + (positive - in_knee));
    }

    static constexpr float kHard = 1e-3f;
    float low, width, slope, bend;
  };

  static float SlopeOf(float ratio) { return 1.0f - 1.0f / ratio; }

  Ramp threshold_, slope_, knee_;
};

}  // namespace continuo::dsp
