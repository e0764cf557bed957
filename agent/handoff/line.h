// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "agent/handoff/counters.h"
#include "agent/handoff/image.h"
#include "dsp/base/spsc.h"
#include "proto/plan/link.h"
#include "proto/wire/event.h"

// The real-time line: all that passes between the audio thread and the rest of the agent. On this
// side of it threads may wait; on the other nothing allocates, locks or logs. What is too much for
// a queue is refused and counted.
//
// Who owns what a command points to: who sent it, always. What is lent (an engine, a slot, a
// learned state) is not to be touched from the moment it is sent until it has come back over the
// line.

namespace continuo::agent::rt {
class Engine;
struct Learned;
}  // namespace continuo::agent::rt

namespace continuo::agent::handoff {

/// To the audio thread.
struct Command {
  enum class Kind : std::uint8_t {
    kArm,   ///< play `engine` when its time comes; what plays until then comes back as retired. One
            ///< that was made to succeed what plays does so at once
    kStop,  ///< retire everything
    kSubmit,    ///< give `event` to the replica of `task`, and tell its verdict
    kCorrupt,   ///< flip one bit of one packet on the wire (chaos only)
    kSnapshot,  ///< write the state of the replica of `task` that computes here into `slot`
    kLearn,     ///< the joiner `incarnation` of `task` takes `learned` and begins to catch up
    kCheckpoint,  ///< the witness `incarnation` of `task` has `learned` (without a body) as its checkpoint
    kResume,  ///< the witness `incarnation` of `task` goes on from `learned`
  };
  Kind kind = Kind::kStop;
  rt::Engine* engine = nullptr;
  plan::TaskId task = 0;
  Event event{};
  Incarnation incarnation = 0;
  SnapshotSlot* slot = nullptr;    ///< comes back in Line::snapshots, whatever became of it
  rt::Learned* learned = nullptr;  ///< comes back in Line::learned, likewise
};

/// From the audio thread: what became of an event.
struct VerdictNote {
  plan::TaskId task = 0;
  EventId id = 0;
  Verdict verdict = Verdict::kNone;
};

/// From the audio thread: something the operator is told at once.
struct IncidentNote {
  plan::IncidentKind kind = plan::IncidentKind::kDivergence;
  plan::TaskId task = 0;
  MediaTime n = 0;
  plan::NodeId kept = 0, differing = 0;
  const char* why = "";         ///< kJoinFailed: a sentence that lives for ever
  Incarnation incarnation = 0;  ///< of the replica that it is about; 0: of none
};

/// From the audio thread: a witness whose task is dead wants its checkpoint, by kResume. Told twice
/// a second until it has it.
struct ResumeNote {
  plan::TaskId task = 0;
  Incarnation incarnation = 0;
  PacketIndex next = 0;  ///< of the newest checkpoint it was told of
};

struct Line {
  SpscQueue<Command, 1024> commands;   ///< written by the agent's loop
  SpscQueue<rt::Engine*, 16> retired;  ///< back to it: to be freed there
  SpscQueue<VerdictNote, 1024> verdicts;
  SpscQueue<IncidentNote, 256> incidents;
  SpscQueue<SnapshotSlot*, 64> snapshots;  ///< no more than 64 may be out
  SpscQueue<rt::Learned*, 64> learned;     ///< likewise
  SpscQueue<ResumeNote, 64> resumes;
  Mailbox<Counters> counters;
};

}  // namespace continuo::agent::handoff
