// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "dsp/base/bytes.h"
#include "dsp/base/realtime.h"
#include "proto/session/tempo_map.h"
#include "proto/session/timeline.h"
#include "proto/wire/event.h"

namespace continuo::session {

/// The task that computes the session: a pure function of its events, replicated like any other. Tempo, play, stop,
/// locate, meter, panic and scenes are its events; its output is one ControlQuantum a quantum, which all nodes merge.
class Conductor {
 public:
  /// `segment` is in force from its n0 (the start of the show).
  /// `marks` belong to what it plays, not to its state: a restored conductor keeps those that it was started with.
  void Start(const Segment& segment, std::uint32_t plan_version, const TempoMarks& marks = {});
  /// The session of quantum [n, n + frames). `events` are of this quantum, in order (at, id). An event is in force from
  /// its sample on; all events of one sample make one segment; an event that changes nothing (play while playing)
  /// makes none. A plan version is in force from the first quantum that begins at or after its sample. Events that
  /// fail CheckCommand or lie outside the quantum are passed over.
  void Run(MediaTime n, int frames, std::span<const Event> events,
           ControlQuantum& out) CONTINUO_REALTIME;
  /// The next sample at which the tempo map changes something, if no event comes before; kMediaTimeLimit: none.
  MediaTime NextMark() const CONTINUO_REALTIME;
  /// In force at the end of the last quantum.
  const Segment& segment() const { return segment_; }
  void Snapshot(ByteWriter& out) const;
  /// False if the bytes are not a snapshot; the conductor is then as before.
  bool Restore(ByteReader& in);

 private:
  void PassMark(MediaTime at, ControlQuantum& out);
  void Change(std::span<const Event> same_sample, ControlQuantum& out);
  void Put(Segment after, ControlQuantum& out);

  Segment segment_;
  std::uint32_t plan_version_ = 0;
  TempoMap map_;
};

/// nullptr if the conductor can act on this event, else what is wrong with it. Checked before an event is issued.
const char* CheckCommand(const Event& event);

/// Payload of the control stream; 0 if it does not fit (wire::kMaxPayloadBytes always does). Real-time safe.
std::size_t EncodeControl(const ControlQuantum& quantum, std::span<std::uint8_t> out);
/// False, and `quantum` as before, unless every field is in range, the segments are in order and no byte is left.
/// Real-time safe.
bool ParseControl(std::span<const std::uint8_t> payload, ControlQuantum& quantum);

}  // namespace continuo::session
