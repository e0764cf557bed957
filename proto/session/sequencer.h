// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "dsp/base/bytes.h"
#include "dsp/base/realtime.h"
#include "proto/session/note_file.h"
#include "proto/session/timeline.h"

namespace continuo::session {

/// A note at its exact sample, or (all_off) the end of all notes, when the position jumps or stops.
struct SequencedNote {
  MediaTime at = 0;
  bool all_off = false;
  bool on = false;
  std::uint8_t key = 0;
  std::uint8_t velocity = 0;
};

struct SequencerConfig {
  std::uint16_t channel_mask = 0xffff;
  std::int8_t transpose = 0;
  std::uint8_t key_min = 0, key_max = 127;
  bool loop = false;
};

/// Plays a note file on the session's timeline: a function of (file, control quanta), so every replica plays the same
/// notes on the same samples and no note travels over the network. Its only state is the segment it last followed.
class Sequencer {
 public:
  void Start(const NoteFile* file, const SequencerConfig& config);
  /// Notes of one quantum in order of time; returns how many. At most out.size(): what does not fit is dropped
  /// and counted (the same on every replica).
  int Run(const ControlQuantum& quantum, std::span<SequencedNote> out) CONTINUO_REALTIME;
  std::uint64_t dropped() const { return dropped_; }
  void Snapshot(ByteWriter& out) const;
  bool Restore(ByteReader& in);

 private:
  const NoteFile* file_ = nullptr;
  SequencerConfig config_;
  Segment followed_;          // the segment in force at the end of the last quantum
  bool started_ = false;
  std::uint64_t dropped_ = 0;
};

}  // namespace continuo::session
