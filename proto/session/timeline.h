// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "dsp/base/fixed.h"
#include "dsp/base/units.h"

// The timeline in integers: beat(n) is equal on every machine, for ever.
//
// A position is counted in ticks, 983,040 (= 960 * 1024) to the quarter note. With a tempo of m thousandths of a beat
// per minute, dn samples at 48 kHz are dn * m * 983040 / (60 * 1000 * 48000) = dn * m * 16 / 46875 ticks, rounded
// down; the division is split so that 64 bits suffice for any media time at any tempo.

namespace continuo::session {

/// Position on the timeline. 983,040 to the quarter note; 0 is bar 1, beat 1.
using Ticks = std::int64_t;
inline constexpr Ticks kTicksPerBeat = 960 * 1024;

inline constexpr std::uint32_t kTempoMinMilliBpm = 10'000;
inline constexpr std::uint32_t kTempoMaxMilliBpm = 999'000;

/// Positions that a segment may begin at, and that a locate may ask for, lie in [0, kTickLimit): 139 years at the
/// highest tempo.
inline constexpr Ticks kTickLimit = Ticks{1} << 56;

/// How long the sound takes to go and to come back at a panic. Each task of a chain fades, so the end of the chain is
/// gone in half the time or less; of twelve in a row it is still slower than a fader that is pulled down.
inline constexpr Frames kMuteFade = FramesOfMs(50);

/// From sample n0 on, until the next segment: where the music is and how fast it moves.
struct Segment {
  std::uint32_t version = 0;  ///< grows by one with every change
  MediaTime n0 = 0;
  Ticks tick0 = 0;                     ///< position at n0
  std::uint32_t tempo_mbpm = 120'000;  ///< quarter notes per minute, in thousandths
  bool playing = false;                ///< stopped: the position stays at tick0
  std::uint8_t meter_num = 4;          ///< 1..32
  std::uint8_t meter_den = 4;          ///< 1, 2, 4, 8, 16 or 32
  Ticks bar_tick = 0;  ///< where the bar `bar_number` begins: meter counts from here
  std::uint32_t bar_number = 1;
  bool muted = false;     ///< panic: tasks compute on, and nothing of it is heard
  MediaTime mute_n0 = 0;  ///< the fade to what `muted` says begins here; 0: it has always been so

  /// Position at sample n; tick0 for n before n0.
  Ticks At(MediaTime n) const;
  /// First sample n >= n0 with At(n) >= tick; n0 if tick <= tick0. Only while playing.
  MediaTime When(Ticks tick) const;
  bool operator==(const Segment&) const = default;
};

/// Every field within its range: what arithmetic on a segment may rely on.
bool IsValid(const Segment& segment);
/// 1..32 over 1, 2, 4, 8, 16 or 32.
bool IsMeter(std::int64_t num, std::int64_t den);

/// The same music from sample n >= segment.n0 on: a segment that begins at n where the old one is then. The version
/// stays. Positions after n differ from the old segment's by less than one tick (what lies between two ticks at n is
/// lost). At the end of time the position stays.
Segment Rebase(const Segment& segment, MediaTime n);

/// "17.3.240": bar and beat count from 1, the remainder is in 1/960 of a quarter note.
struct BarBeat {
  std::int64_t bar = 1;
  int beat = 1;
  int sub = 0;
  bool operator==(const BarBeat&) const = default;
};
/// The segment's meter is taken to hold everywhere, so bars before `bar_tick` may be numbered 0 and below.
BarBeat ToBarBeat(const Segment& segment, Ticks tick);
/// Position of a bar and beat under the segment's meter. |bar| < 2^31; may be negative for a bar below 1.
Ticks FromBarBeat(const Segment& segment, const BarBeat& at);

/// Most segments of one quantum. A further change in the same quantum replaces the last one: nobody sees that one's
/// stretch of a few samples, but what follows is where it would have been had all been seen.
inline constexpr int kMaxSegmentsPerQuantum = 8;

/// Scenes of one show.
inline constexpr int kMaxScenes = 64;
/// Most recalls of one quantum. A further one replaces the last.
inline constexpr int kMaxRecallsPerQuantum = 4;

/// Every task sets what the scene says of it (dsp::SceneSetting), all on one sample.
struct Recall {
  MediaTime at = 0;
  std::uint16_t scene = 0;  ///< 1 to kMaxScenes
  bool operator==(const Recall&) const = default;
};

/// What the conductor says about one quantum: the segment in force at its first sample, then those that begin
/// inside it, in order of n0; the scenes that are recalled inside it. This is the payload of the control stream.
struct ControlQuantum {
  MediaTime n = 0;
  int frames = 0;
  std::uint32_t plan_version = 0;
  FixedVector<Segment, kMaxSegmentsPerQuantum> segments;
  FixedVector<Recall, kMaxRecallsPerQuantum>
      recalls;  ///< in order; of one sample, the last one wins
  bool operator==(const ControlQuantum&) const = default;
};

/// The segment in force at sample n of the quantum.
const Segment& SegmentAt(const ControlQuantum& quantum, MediaTime n);

}  // namespace continuo::session
