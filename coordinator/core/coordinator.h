// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "coordinator/core/effect.h"
#include "coordinator/core/event_log.h"
#include "coordinator/core/input.h"
#include "coordinator/core/ledger.h"
#include "coordinator/core/view.h"
#include "coordinator/core/watch.h"

// The brain: a deterministic machine. No clock, no I/O, no randomness, no unordered containers, no arithmetic on
// floats: same state and same input give the same effects, in the simulator, in a replay and on stage.
//
// Its state has two halves. The *ledger* is what must survive: nodes, the plan, events and verdicts. Only durable
// inputs touch it, and what they do to it depends on nothing but it; so a replay of the journal gives the same
// ledger. The *watch* is what is seen from moment to moment: beats, status, open requests. It reads the ledger and
// may conclude something that belongs there (a node died): then it raises an input, which takes the way through the
// journal.

namespace continuo::coordinator {

struct State {
  Ledger ledger;
  Watch watch;
  EventLog log;  ///< for people: nothing is decided by it
};

/// One step. The input is durable already if it has to be.
Effects Step(State& state, const Input& input);

/// What a durable input does to the ledger and the log, without effects: for replaying a journal.
void Replay(State& state, const Input& input);

/// Nodes were heard in this term, and none of them is any more: rather than that all have died, this coordinator is cut
/// off from them.
bool HearsNobody(const State& state, Nanoseconds time);

/// A copy of everything there is to see, as of `time`.
View Look(const State& state, Nanoseconds time);

}  // namespace continuo::coordinator
