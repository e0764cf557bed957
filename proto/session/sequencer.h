// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "dsp/base/bytes.h"
#include "dsp/base/realtime.h"
#include "proto/session/note_file.h"
#include "proto/session/timeline.h"

namespace continuo::session {

enum class NoteKind : std::uint8_t {
  kAllOff,  ///< the position jumped, the transport stopped, or panic: every sounding note ends
  kRoll,    ///< the transport begins to roll, or goes on from elsewhere: `position` says where
  kOff,
  kOn,
};

/// What a source does at one exact sample.
struct SequencedNote {
  MediaTime at = 0;
  NoteKind kind = NoteKind::kAllOff;
  std::uint8_t key = 0;
  std::uint8_t velocity = 0;  ///< 1..127 for kOn
  Frames position = 0;  ///< kRoll: samples from the beginning of the session, at the tempo in force
};

struct SequencerConfig {
  std::uint16_t channel_mask = 0xffff;
  std::int8_t transpose = 0;
  std::uint8_t key_min = 0, key_max = 127;
  bool loop = false;
};

/// Plays a note file on the session's timeline: a function of (file, control quanta), so every replica plays the same
/// notes on the same samples and no note travels over the network. Its only state is where it last followed the
/// session.
///
/// A note at tick t sounds on the first sample whose position is t or later, exactly once, whatever the quantum. A
/// change of tempo that continues the position leaves sounding notes alone; a jump or a stop ends them. Notes that
/// began before the position a locate leads to are not made up for. Messages keep the order of the file, also where
/// several ticks fall on one sample: a note shorter than a sample must not end before it begins.
class Sequencer {
 public:
  /// `file` may be nullptr (then only the transport is reported) and outlives the sequencer.
  void Start(const NoteFile* file, const SequencerConfig& config);
  /// What happens in one quantum, in order of time; returns how many. At most out.size(): what does not fit is
  /// dropped and counted (the same on every replica).
  int Run(const ControlQuantum& quantum, std::span<SequencedNote> out) CONTINUO_REALTIME;
  std::uint64_t dropped() const { return dropped_; }
  void Snapshot(ByteWriter& out) const;
  /// False if the bytes cannot be a sequencer's state.
  bool Restore(ByteReader& in);

 private:
  struct Sink;

  void Follow(const Segment& segment, MediaTime from, Sink& sink);
  void PlayStretch(MediaTime from, MediaTime to, Sink& sink);
  void PlayWindow(Ticks base, Ticks low, Ticks high, MediaTime from, Sink& sink);
  /// First tick that has not been played when the next sample is `n`, which is in the followed segment.
  Ticks NextTick(MediaTime n) const;
  /// Length of one pass of a looped file under this segment's meter; 0 without notes.
  Ticks Period(const Segment& segment) const;

  const NoteFile* file_ = nullptr;
  SequencerConfig config_;
  Segment followed_;      // the segment in force at the end of the last quantum
  Ticks entry_tick_ = 0;  // first tick not played when followed_ began
  bool started_ = false;
  std::uint64_t dropped_ = 0;
};

}  // namespace continuo::session
