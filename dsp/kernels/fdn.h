// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "dsp/base/arena.h"
#include "dsp/base/bytes.h"
#include "dsp/base/lanes.h"
#include "dsp/base/realtime.h"
#include "dsp/base/units.h"
#include "dsp/kernels/clean_check.h"
#include "dsp/kernels/control_rate.h"
#include "dsp/kernels/ramp.h"
#include "dsp/kernels/wandering_lines.h"

namespace continuo::dsp {

/// A feedback delay network: 16 lines of unequal length, whose ends are mixed by a Hadamard matrix, which keeps energy
/// as it is, and fed back into their beginnings. Each line is as absorbent as its length asks for, so that all
/// frequencies die when they should (Jot, "Digital delay networks for designing artificial reverberators", AES 90,
/// 1991).
class FeedbackDelayNetwork {
 public:
  static constexpr int kLines = WanderingLines::kLines;

  struct Settings {
    float size;     ///< 0.2..1, of the longest lines
    float decay;    ///< seconds until low frequencies have lost 60 dB, > 0
    float damping;  ///< 0..1: the highest frequencies die up to ten times sooner
  };

  /// May be called with a measuring arena.
  void Prepare(Arena& arena, const Settings& settings);
  /// Glides: the size within 0.4 s (heard as a bend), the others within 21 ms.
  void GoTo(const Settings& settings) CONTINUO_REALTIME;

  /// Stereo in, wet stereo out; within one control period. All four have room for a whole one, and what they hold
  /// beyond `frames` means nothing.
  void Process(MediaTime n, int frames, const float* const* in,
               float* const* out) CONTINUO_REALTIME;

  void Snapshot(ByteWriter& out) const;
  bool Restore(ByteReader& in);

 private:
  static constexpr int kGroups = kLines / kLanes;
  /// A moment's samples of all lines.
  using Moment = std::array<Lanes, kGroups>;

  void BeginPeriod() CONTINUO_REALTIME;
  void SetAbsorption() CONTINUO_REALTIME;
  /// Four moments at once, `count` of which are wanted, from sample `at` of the rows on: absorbs what came out of the
  /// lines, makes of it what goes back into them, which is yet to be cleaned, and adds up what is heard.
  /// `dirty`: what was absorbed in this period had to be cleaned.
  void Mix(WanderingLines::Rows& rows, int at, int count, const float* const* in, float* const* out,
           CleanCheck& check, bool& dirty) CONTINUO_REALTIME;
  /// Moments of lines, of what came out of them. Without cleaning it does nothing, and says false, if that were wrong.
  template <bool kCleaning>
  bool Absorb(const WanderingLines::Rows& rows, int at, int count,
              std::array<Moment, kLanes>& moments) CONTINUO_REALTIME;

  RampOf<1200> size_;
  RampOf<64> log2_decay_, damping_;
  float size_from_ = 0, size_to_ = 0;  // at the beginning and the end of this control period
  Moment feed_{}, keep_{};             // one-pole absorption: y = feed * x + keep * y
  Moment absorbed_{};                  // its memory
  WanderingLines lines_;
};

}  // namespace continuo::dsp
