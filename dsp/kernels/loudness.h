// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "dsp/base/arena.h"
#include "dsp/base/bytes.h"
#include "dsp/base/realtime.h"
#include "dsp/base/units.h"

// Loudness as in ITU-R BS.1770-4, Annex 1, and EBU Tech 3341 and 3342, in steps of a tenth of a second of media time.
// Powers are mean squares of K-weighted channels, summed; LUFS = -0.691 + 10 lg(power).

namespace continuo::dsp {

/// kSilenceDb where nothing is heard.
float LufsOf(float power);

/// How often which loudness was there: bins of 0.1 LU, so that hours need no more memory than minutes. Each bin also
/// knows the mean of what fell into it, so that the width of bins cannot be seen in a mean.
class LoudnessHistogram {
 public:
  void Prepare(Arena& arena);
  void Reset();
  /// What lies at or below the absolute gate of -70 LUFS is not counted.
  void Add(float power) CONTINUO_REALTIME;
  /// Mean power of what was counted above `gate_lufs`; 0 if nothing was.
  float MeanAbove(float gate_lufs) const CONTINUO_REALTIME;
  /// Loudness below which the `share` of what was counted above the gate lies; 0 if nothing was.
  float Percentile(float gate_lufs, float share) const CONTINUO_REALTIME;

  void Snapshot(ByteWriter& out) const;
  bool Restore(ByteReader& in);

  static constexpr float kAbsoluteGate = -70.0f;

 private:
  static constexpr int kPerLu = 10;
  static constexpr int kBins = 900;  // up to +20 LUFS; what is louder counts there

  struct Bin {
    std::uint64_t sum;  ///< of powers, in 2^-24 of the bin's lower edge
    std::uint32_t count;
  };
  static int FirstBinAbove(float gate_lufs);

  Bin* bins_ = nullptr;
};

/// Momentary, short-term and integrated loudness, and loudness range.
class Loudness {
 public:
  void Prepare(Arena& arena);
  /// As before the first sample.
  void Reset() CONTINUO_REALTIME;
  /// Begins what is integrated anew.
  void Restart();
  /// At the first sample of a tenth of a second. One that has no beginning here is not integrated.
  void BeginTenth() { begun_ = true; }
  /// `power`: of the tenth of a second that is over.
  void EndTenth(float power) CONTINUO_REALTIME;

  float Momentary() const { return LufsOf(MeanOfLast(kMomentary)); }
  float ShortTerm() const { return LufsOf(MeanOfLast(kShortTerm)); }
  float Integrated() const CONTINUO_REALTIME;
  /// In LU; 0 before anything was heard.
  float Range() const CONTINUO_REALTIME;

  void Snapshot(ByteWriter& out) const;
  bool Restore(ByteReader& in);

 private:
  static constexpr int kMomentary = 4, kShortTerm = 30;  // tenths of a second

  float MeanOfLast(int tenths) const;

  std::array<float, kShortTerm> powers_ = {};  // the newest last
  int whole_ =
      0;  // tenths since the restart, that in which it came not counted; at most kShortTerm
  bool begun_ = false;
  LoudnessHistogram blocks_;       // of 400 ms, for the integrated loudness
  LoudnessHistogram short_terms_;  // of 3 s, for the range
};

}  // namespace continuo::dsp
