// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "agent/handoff/counters.h"
#include "dsp/base/spsc.h"
#include "proto/plan/link.h"
#include "proto/wire/event.h"

// The real-time line: all that passes between the audio thread and the rest of the agent. On this
// side of it threads may wait; on the other nothing allocates, locks or logs. What is too much for
// a queue is refused and counted.

namespace continuo::agent::rt {
class Engine;
}

namespace continuo::agent::handoff {

/// To the audio thread.
struct Command {
  enum class Kind : std::uint8_t {
    kArm,      ///< play `engine` when its time comes; what plays until then comes back as retired
    kStop,     ///< retire everything
    kSubmit,   ///< give `event` to the replica of `task`, and tell its verdict
    kCorrupt,  ///< flip one bit of one packet on the wire (chaos only)
  };
  Kind kind = Kind::kStop;
  rt::Engine* engine = nullptr;
  plan::TaskId task = 0;
  Event event{};
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
};

struct Line {
  SpscQueue<Command, 256> commands;    ///< written by the agent's loop
  SpscQueue<rt::Engine*, 16> retired;  ///< back to it: to be freed there
  SpscQueue<VerdictNote, 1024> verdicts;
  SpscQueue<IncidentNote, 256> incidents;
  Mailbox<Counters> counters;
};

}  // namespace continuo::agent::handoff
