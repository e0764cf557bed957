// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "dsp/base/bytes.h"
#include "dsp/base/realtime.h"
#include "dsp/base/units.h"
#include "dsp/kernels/control_rate.h"

namespace continuo::dsp {

/// The smooth, decoupled peak detector of Giannoulis, Massberg, Reiss, JAES 60(6), 2012, section 2.4, upon the decibels
/// that a gain computer takes away: follows a rise with the attack's time constant (to 63 % of the way, in dB), a fall
/// with the release's and then the attack's. So a note's own wave hardly moves it.
///
/// Of a rise and a fall, as of any number of them in a row, what comes out is max(c, p h + d) of what was held before.
/// So a control period is computed in four groups side by side, and only groups wait for each other. A period that a
/// block cuts off is computed as far as it goes, and begun again with the rest: the bits are the same.
class SmoothPeak {
 public:
  using Stretch = std::array<float, kControlFrames>;

  void Reset();
  /// Taken up when the next control period begins, or at once by one that was Reset().
  void SetTimes(float attack_ms, float release_ms) CONTINUO_REALTIME;
  /// Replaces `frames` values from sample n on, within one control period, by what follows them; those beyond become 0.
  void Process(MediaTime n, int frames, Stretch& db) CONTINUO_REALTIME;

  void Snapshot(ByteWriter& out) const;
  /// The times are to be set again.
  bool Restore(ByteReader& in);

 private:
  /// Share of the way that is gone per sample, and what is left of it after one, two, three and four.
  struct Share {
    float gone = 1;
    std::array<float, 4> left = {};

    void Set(float share);
  };

  /// A whole period from its beginning; where held and level are then.
  struct End {
    float held, level;
  };
  End Follow(const Stretch& db, Stretch& smooth) const;

  float attack_ = 1, release_ = 1;  // shares that are set
  bool fresh_ = true;               // nothing was computed since the reset
  Share rise_, fall_;               // in force
  float held_ = 0, level_ = 0;      // where the period began
  Stretch begun_ = {};              // what came in since then
};

}  // namespace continuo::dsp
