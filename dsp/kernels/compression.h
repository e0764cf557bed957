// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dsp/base/bytes.h"
#include "dsp/base/lanes.h"
#include "dsp/base/realtime.h"
#include "dsp/kernels/lane_groups.h"
#include "dsp/kernels/ramp.h"

// The gain computer of a compressor, as in Giannoulis, Massberg, Reiss, "Digital Dynamic Range Compressor Design - A
// Tutorial and Analysis", JAES 60(6), 2012, section 2.2.

namespace continuo::dsp {

/// The static curve: how much is taken away at a steady level. Its three figures glide.
class CompressionCurve {
 public:
  static constexpr float kDbPerOctave = 6.0205999f, kOctavesPerDb = 0.16609640f;

  void Reset(float threshold_db, float ratio, float knee_db) {
    threshold_.Reset(threshold_db);
    slope_.Reset(SlopeOf(ratio));
    knee_.Reset(knee_db);
    Rest();
  }
  void GoToThreshold(float db) { threshold_.GoTo(db); }
  void GoToRatio(float ratio) { slope_.GoTo(SlopeOf(ratio)); }
  void GoToKnee(float db) { knee_.GoTo(db); }

  /// Replaces `count` levels in octaves of amplitude (0: full scale) by what is taken away of each, in octaves >= 0;
  /// those beyond mean nothing. Moves on by as many samples.
  void Apply(LaneGroups& levels, int count) CONTINUO_REALTIME {
    if (!threshold_.moving() && !slope_.moving() && !knee_.moving()) {
      for (Lanes& level : levels) level = resting_.Reduction(level);
      return;
    }
    const LaneGroups threshold = GroupsOf(threshold_, count), slope = GroupsOf(slope_, count),
                     knee = GroupsOf(knee_, count);
    for (int j = 0; j < kLanes; ++j) {
      levels[j] = Point(threshold[j], slope[j], knee[j]).Reduction(levels[j]);
    }
    Rest();
  }

  void Snapshot(ByteWriter& out) const {
    for (const Ramp* ramp : {&threshold_, &slope_, &knee_}) ramp->Snapshot(out);
  }
  bool Restore(ByteReader& in) {
    bool ok = true;
    for (Ramp* ramp : {&threshold_, &slope_, &knee_}) ok = ramp->Restore(in) && ok;
    Rest();
    return ok && threshold_.Within(-200.0f, 200.0f) && slope_.Within(0.0f, 1.0f) &&
           knee_.Within(0.0f, 200.0f);
  }

 private:
  struct Point {
    Point() = default;
    /// In dB.
    Point(const Lanes& threshold, const Lanes& slope_of, const Lanes& knee)
        : low((threshold - 0.5f * knee) * kOctavesPerDb),
          width(knee * kOctavesPerDb),
          slope(slope_of),
          bend(KeepLanes(0.5f / width, width > kHard)) {}

    /// A parabola within the knee, a straight line above it.
    Lanes Reduction(const Lanes& level) const {
      const Lanes positive = LargerLanes(level - low, Lanes{});
      const Lanes in_knee = SmallerLanes(positive, width);
      return slope * (bend * in_knee * in_knee + (positive - in_knee));
    }

    static constexpr float kHard = 1e-4f;
    Lanes low = {}, width = {}, slope = {}, bend = {};
  };

  void Rest() {
    resting_ = Point(AllLanes(threshold_.now()), AllLanes(slope_.now()), AllLanes(knee_.now()));
  }
  static float SlopeOf(float ratio) { return 1.0f - 1.0f / ratio; }

  Ramp threshold_, slope_, knee_;
  Point resting_;  // where nothing moves
};

}  // namespace continuo::dsp
