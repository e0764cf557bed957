// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "dsp/base/fixed.h"
#include "dsp/base/realtime.h"
#include "dsp/base/units.h"
#include "proto/wire/control_frames.h"
#include "proto/wire/event.h"

// (The essay on promise and proof goes here: it is the hard file of the house.)

namespace continuo::replica {

enum class State : std::uint8_t {
  kEmpty,    ///< no part of the task any more: excluded, or not started
  kInSync,   ///< computes and sends
  kTainted,  ///< computes and sends, flagged: it consumed something it could not prove
  kFenced,   ///< woke from a stall; silent until every fellow has said that nobody moved on without us
};

struct Config {
  std::uint32_t task = 0;
  Incarnation self = 0;
  FixedVector<Incarnation, wire::kMaxMembers> members;  ///< self included
  int quantum = 48;
  PacketIndex first = 0;   ///< first packet of the task
  Frames promise = 0;      ///< G
  Frames silence = 0;      ///< X
};

enum class Admission : std::uint8_t {
  kAdmitted,
  kHeld,       ///< the log holds it already
  kTooLate,    ///< dated below the promise
  kNotMember,  ///< this replica may not admit (empty, fenced)
  kLogFull,
};

/// One replica's part in the agreement of its task: its log, its promise, and what it knows of its fellows. Pure: time
/// is the media time handed in, messages are values. Fixed size, no heap; owned by the audio thread.
class Replica {
 public:
  void Start(const Config& config, MediaTime now);

  /// Once per period. A step of `now` above X since the last call is a stall (R8). Raises the promise (R2), counts
  /// silence in own periods (R7), excludes.
  void Tick(MediaTime now) CONTINUO_REALTIME;
  /// First contact of an event from its issuer (R1).
  Admission Submit(const Event& event, MediaTime now) CONTINUO_REALTIME;
  /// A fellow's message (R3, R4, R9, R10).
  void OnFellow(const wire::FellowMessage& message, MediaTime now) CONTINUO_REALTIME;
  /// The message for that fellow in this period. False if there is none to send.
  bool MessageFor(Incarnation fellow, wire::FellowMessage& out) CONTINUO_REALTIME;
  /// To whom messages go: members other than self, and excluded ones that must be told.
  FixedVector<Incarnation, wire::kMaxMembers> Fellows() const CONTINUO_REALTIME;

  /// May packet `next()` be computed and sent? (R5)
  bool Proven() const CONTINUO_REALTIME;
  /// The events of packet `next()`, in order. At most 64 at a time; the admission keeps it so.
  int EventsOfNext(std::span<Event> out) const CONTINUO_REALTIME;
  /// Packet `next()` was computed: go on to the following one.
  void Advance() CONTINUO_REALTIME;
  PacketIndex next() const { return next_; }
  /// Packet `next()` is at its deadline and not proven (R6): excludes the fellows to blame that are younger than
  /// self; true if it is proven now.
  bool Press() CONTINUO_REALTIME;

  /// It consumed a concealed or tainted input: from now on its packets are flagged.
  void Taint() CONTINUO_REALTIME;

  /// R13: kCommitted if every member holds it, kExpired if this member has proven past its date without it.
  /// `at` is the date under which the issuer knows the event.
  Verdict VerdictOf(EventId id, MediaTime at) const CONTINUO_REALTIME;

  State state() const { return state_; }
  /// Members that are not excluded, self included.
  int live_members() const;
  std::uint32_t evseq() const { return evseq_; }  ///< events applied so far

  // Private state: the author's.
 private:
  State state_ = State::kEmpty;
  PacketIndex next_ = 0;
  std::uint32_t evseq_ = 0;
};

}  // namespace continuo::replica
