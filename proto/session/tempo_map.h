// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "dsp/base/fixed.h"
#include "proto/session/timeline.h"

namespace continuo::session {

/// From this position on the music goes at that speed, whenever it comes by.
struct TempoMark {
  Ticks tick = 0;  ///< from 0, below kTickLimit
  std::uint32_t tempo_mbpm = 120'000;
  bool operator==(const TempoMark&) const = default;
};

/// In order of their positions, each once. What is before the first is at the tempo that the show begins with.
inline constexpr int kMaxTempoChanges = 64;  ///< that a show may ask for
/// One more for tick 0, of a show that is taken up in its middle: its first tempo is not that of its beginning.
inline constexpr int kMaxTempoMarks = kMaxTempoChanges + 1;
using TempoMarks = FixedVector<TempoMark, kMaxTempoMarks>;

/// How the tempo changes along the music. A tempo that an operator asks for holds until the next mark.
struct TempoMap {
  std::uint32_t first_mbpm = 120'000;  ///< before the first mark
  TempoMarks marks;
  bool operator==(const TempoMap&) const = default;

  /// What the map says of that position.
  std::uint32_t At(Ticks tick) const {
    std::uint32_t tempo = first_mbpm;
    for (const TempoMark& mark : marks) {
      if (mark.tick > tick) break;
      tempo = mark.tempo_mbpm;
    }
    return tempo;
  }
  /// The first mark beyond that position; nullptr: none.
  const TempoMark* Next(Ticks tick) const {
    for (const TempoMark& mark : marks) {
      if (mark.tick > tick) return &mark;
    }
    return nullptr;
  }
};

/// Marks in order and in range.
bool IsValid(const TempoMarks& marks);

}  // namespace continuo::session
