// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "coordinator/midi_clock/midi_message.h"
#include "dsp/base/fixed.h"
#include "dsp/base/realtime.h"
#include "proto/session/heard_segments.h"
#include "proto/session/timeline.h"

namespace continuo::coordinator::midi_clock {

/// 24 to the quarter note, and a song position counts every sixth of them: whole ticks both.
inline constexpr session::Ticks kTicksPerClock = session::kTicksPerBeat / 24;
inline constexpr session::Ticks kTicksPerSixteenth = session::kTicksPerBeat / 4;

/// What is known of the show. A plain value, handed to the audio thread whole.
struct Score {
  bool plays = false;
  session::HeardSegments segments;
};

/// A show as MIDI clock. A clock is at the first sample whose position is a multiple of kTicksPerClock or more
/// (session::Segment::When), so none drifts, whatever the tempi; the song begins at tick 0, whatever the meter. While
/// the show stands clocks go on at its tempo, with the phase that they had; without a show there are none.
///
/// A song position says whole sixteenths, and a show may roll from anywhere: whoever follows is told the next sixteenth
/// at or after that place, and Continue (Start, if it is the first one of the song), so that it comes in there, in
/// time. Start and Continue go out 1 ms before the clock that they wait for. A place is told when the show stops, when
/// it is located while it stands, and before Continue; a jump while it rolls is Stop, place, Continue. What lies beyond
/// the range of song positions is not told, and counted.
///
/// One thread, real-time safe.
class ClockOut {
 public:
  /// From Start or Continue to the clock that they wait for.
  static constexpr Frames kAhead = FramesOfMs(1);

  struct Dated {
    MediaTime at = 0;
    MidiMessage message;
    bool operator==(const Dated&) const = default;
  };
  /// Of 8,192 samples at the highest tempo, and more.
  using Out = FixedVector<Dated, 128>;

  /// Adds what is heard in [from, to), in order. `from` is the `to` of the last call, or else time has jumped and all
  /// is told anew. `out`: what has no room is lost.
  void Run(const Score& score, MediaTime from, MediaTime to, Out& out) CONTINUO_REALTIME;

  /// Places that could not be told. Any thread.
  std::uint32_t beyond() const { return beyond_.load(std::memory_order_relaxed); }

 private:
  void Forget();
  void Enter(const session::Segment& segment, MediaTime at, Out& out);
  bool GoesOn(const session::Segment& segment, MediaTime at) const;
  void Roll(const session::Segment& segment, MediaTime at, Out& out);
  void Stand(const session::Segment& segment, MediaTime at, Out& out);
  void Tick(MediaTime from, MediaTime to, Out& out);
  void Await(const session::Segment& roll, MediaTime from, MediaTime to, Out& out);
  void Begin(session::Ticks sixteenth, MediaTime at, Out& out);
  void TellPlace(session::Ticks sixteenth, MediaTime at, Out& out);
  void TellStop(MediaTime at, Out& out);

  std::optional<MediaTime> heard_until_;
  std::optional<session::Segment> entered_;
  session::Segment line_;    // clocks are drawn from it: it rolls also while the show stands
  session::Ticks next_ = 0;  // clock, from tick 0 of `line_`
  bool rolls_ = false;       // who follows has been told to, and not to stop
  std::optional<session::Ticks> place_;  // sixteenth that they stand at, by what they were told
  std::optional<session::Ticks> begin_;  // sixteenth at which they are to come in
  std::optional<MediaTime> begun_;       // n0 of a segment to come, for which they were told to
  std::atomic<std::uint32_t> beyond_{0};
};

}  // namespace continuo::coordinator::midi_clock
