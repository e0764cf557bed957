// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "dsp/base/arena.h"
#include "dsp/base/bytes.h"
#include "dsp/base/realtime.h"
#include "dsp/base/units.h"
#include "dsp/kernels/control_rate.h"

namespace continuo::dsp {

/// Sixteen delay lines of unequal length, read between samples, in straight lines. Their lengths wander slowly, as a
/// function of n, so that no resonance stands still.
class WanderingLines {
 public:
  static constexpr int kLines = 16;
  using Rows = std::array<std::array<float, kControlFrames>, kLines>;

  /// May be called with a measuring arena.
  void Prepare(Arena& arena);
  /// Frames of a line at this size, 0.19..1.002, without its wander.
  static float LengthOf(int line, float size);

  /// What comes out of each line from sample n on, in a control period over which the size goes from one to the other.
  /// What a row holds beyond the end of the period means nothing.
  void Read(MediaTime n, float size_from, float size_to, Rows& rows) const CONTINUO_REALTIME;
  /// What goes in at those samples, of which so many are left in this period, or wanted. After Read.
  void Write(const Rows& rows, int frames) CONTINUO_REALTIME;

  void Snapshot(ByteWriter& out) const;
  bool Restore(ByteReader& in);

 private:
  // The first samples once more, behind the last ones: a control period never has to be read in two parts.
  static constexpr int kAgain = 2 * kControlFrames;
  struct Line {
    float* samples = nullptr;
    int size = 0;
    int at = 0;  // where the next sample goes
  };

  std::array<Line, kLines> lines_{};
};

}  // namespace continuo::dsp
