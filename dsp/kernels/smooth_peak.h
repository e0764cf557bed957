// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>

#include "dsp/base/bytes.h"
#include "dsp/base/realtime.h"
#include "dsp/base/units.h"
#include "dsp/kernels/control_rate.h"
#include "dsp/kernels/lane_groups.h"

namespace continuo::dsp {

/// The smooth, decoupled peak detector of Giannoulis, Massberg, Reiss, JAES 60(6), 2012, section 2.4, upon what a gain
/// computer takes away, in a logarithmic unit: follows a rise with the attack's time constant (to 63 % of the way), a
/// fall with the release's and then the attack's. So a note's own wave hardly moves it.
///
/// Of a rise and a fall, as of any number of them in a row, what comes out is max(m, p h + s) of what was held before.
/// So a control period is computed in four groups side by side, and what two groups make of it together is found before
/// it is known: of what is held, a period waits for one such step. A period that a block cuts off is computed as far as
/// it goes, and begun again with the rest: the bits are the same.
class SmoothPeak {
 public:
  /// No level is higher: what 1e9 needs to become silence is 93 octaves.
  static constexpr float kHighest = 120.0f;

  void Reset();
  /// Taken up when the next control period begins, or at once by one that was Reset().
  void SetTimes(float attack_ms, float release_ms) CONTINUO_REALTIME;
  /// Replaces `frames` values from sample n on, within one control period, by what follows them; those beyond become 0.
  void Process(MediaTime n, int frames, LaneGroups& values) CONTINUO_REALTIME {
    if (ControlPhase(n) == 0 || fresh_) BeginPeriod();
    if (frames < kControlFrames) {
      ProcessPart(ControlPhase(n), frames, values);
    } else {
      Begin(Follow(values));
    }
  }

  void Snapshot(ByteWriter& out) const;
  /// The times are to be set again.
  bool Restore(ByteReader& in);

 private:
  /// Share of the way that is gone per sample, and what is left of it: after one to four samples; after four, eight,
  /// twelve and sixteen; after eight.
  struct Share {
    Lanes gone = AllLanes(1);
    LaneGroups left = {};
    Lanes after_groups = {}, after_two = {};

    void Set(float share);
  };
  /// Where held and level are, each in all lanes.
  struct Place {
    Lanes held, level;
  };

  void BeginPeriod() CONTINUO_REALTIME {
    // Often enough to flush, since none of the time constants is shorter than 4 samples.
    held_ = KeepLanes(held_, held_ >= 1e-15f);
    level_ = KeepLanes(level_, level_ >= 1e-15f);
    if (attack_ != rise_.gone[0] || release_ != fall_.gone[0]) TakeTimes();
    fresh_ = false;
  }
  void Begin(const Place& place) {
    held_ = place.held;
    level_ = place.level;
  }
  void TakeTimes() CONTINUO_REALTIME;
  void ProcessPart(int phase, int frames, LaneGroups& values) CONTINUO_REALTIME;

  /// Lanes that come later, with nothing in the first ones.
  static Lanes LaterByOne(const Lanes& x) { return PickLanes<0, 4, 5, 6>(Lanes{}, x); }
  static Lanes LaterByTwo(const Lanes& x) { return PickLanes<0, 1, 4, 5>(Lanes{}, x); }
  /// What is there at the groups' beginnings, if it is there at their ends; of the first one, the first lane.
  static Lanes Beginnings(const Lanes& first, const Lanes& ends) {
    return CastLanes<Lanes>(CastLanes<LaneBits>(LaterByOne(ends)) |
                            CastLanes<LaneBits>(KeepLanes(first, LaneBits{-1, 0, 0, 0})));
  }

  /// A whole period from its beginning; where it ends.
  Place Follow(LaneGroups& x) const {
    // What a group makes of h, held before it: max(most, left * h + some). Since most >= some >= 0, zeros in front of
    // the first group change nothing.
    LaneGroups most, some;
    most[0] = x[0];
    some[0] = fall_.gone * x[0];
    for (int j = 1; j < kLanes; ++j) {
      const Lanes fed = fall_.gone * x[j];
      most[j] = LargerLanes(x[j], fall_.left[0] * most[j - 1] + fed);
      some[j] = fall_.left[0] * some[j - 1] + fed;
    }
    // What the groups up to each make of it.
    Lanes m = LargerLanes(most[3], fall_.left[3] * LaterByOne(most[3]) + some[3]);
    Lanes s = fall_.left[3] * LaterByOne(some[3]) + some[3];
    m = LargerLanes(m, fall_.after_two * LaterByTwo(m) + s);
    s = fall_.after_two * LaterByTwo(s) + s;
    const Lanes helds = LargerLanes(m, fall_.after_groups * held_ + s);
    const Lanes held = Beginnings(held_, helds);
    for (int j = 0; j < kLanes; ++j) x[j] = LargerLanes(most[j], fall_.left[j] * held + some[j]);

    some[0] = rise_.gone * x[0];
    for (int j = 1; j < kLanes; ++j) some[j] = rise_.left[0] * some[j - 1] + rise_.gone * x[j];
    s = rise_.left[3] * LaterByOne(some[3]) + some[3];
    s = rise_.after_two * LaterByTwo(s) + s;
    const Lanes levels = rise_.after_groups * level_ + s;
    const Lanes level = Beginnings(level_, levels);
    for (int j = 0; j < kLanes; ++j) x[j] = rise_.left[j] * level + some[j];
    return {SpreadLane<3>(helds), SpreadLane<3>(levels)};
  }

  float attack_ = 1, release_ = 1;  // shares that are set
  bool fresh_ = true;               // nothing was computed since the reset
  Share rise_, fall_;               // in force
  Lanes held_ = {}, level_ = {};    // where the period began
  ControlStretch begun_ = {};       // what came in since then
};

}  // namespace continuo::dsp
