// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

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
  void Process(MediaTime n, int frames, LaneGroups& values) CONTINUO_REALTIME;
  /// The same for whole control periods, one behind the other: at most kPeriodsAtOnce.
  void Process(std::span<LaneGroups> periods) CONTINUO_REALTIME;

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
  /// What a period makes of what was held or where the level was at a group's beginning: max(most, left * it + some) of
  /// each value, of a level without the maximum. Behind them, what all groups up to each one make of what was there at
  /// the period's beginning.
  struct Falls {
    LaneGroups most, some;
    Lanes most_up_to, some_up_to;
  };
  struct Rises {
    LaneGroups some;
    Lanes some_up_to;
  };

  /// Where a period begins.
  void TakeTimes() CONTINUO_REALTIME {
    if (attack_ != rise_.gone[0] || release_ != fall_.gone[0]) SetShares();
    fresh_ = false;
  }
  void SetShares() CONTINUO_REALTIME;
  /// Often enough, where a period begins, since none of the time constants is shorter than 4 samples.
  static void Flush(Lanes& x) { x = KeepLanes(x, x >= 1e-15f); }
  Place Follow(Place place, std::span<LaneGroups> periods) const CONTINUO_REALTIME;
  Falls FallsOf(const LaneGroups& x) const;
  Rises RisesOf(const LaneGroups& x) const;

  float attack_ = 1, release_ = 1;  // shares that are set
  bool fresh_ = true;               // nothing was computed since the reset
  Share rise_, fall_;               // in force
  Lanes held_ = {}, level_ = {};    // where the period began
  ControlStretch begun_ = {};       // what came in since then
};

}  // namespace continuo::dsp
