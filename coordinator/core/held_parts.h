// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "coordinator/core/effect.h"
#include "coordinator/core/ledger.h"

// A large plan that only lost rows knew (adoption.h): of it each agent has its part (proto/plan/part.h). Those who have
// told theirs wait, playing, until the whole can be put together: until somebody of each task has told. An operator who
// does not want to wait stops the show, or applies one. Where an earlier plan of the performance is known, it has to do
// for what nobody tells of; until then nothing is concluded of it, and nothing is changed in it, since it is not the
// one that plays.

namespace continuo::coordinator {

/// `part`: of a plan later than the ledger's, and nothing speaks against it. The stream stays open while it waits.
void TakePart(Ledger& ledger, ConnectionId connection, const plan::Plan& part, Nanoseconds time,
              Effects& effects);

/// An earlier plan of what is put together is the ledger's.
bool WaitsForParts(const Ledger& ledger);

/// Nobody is likely to tell more.
void TakeWhatIsTold(Ledger& ledger, Nanoseconds time, Effects& effects);

/// Those who wait stop, and attach anew. False: there was nothing to put together.
bool StopHeldParts(Ledger& ledger, Effects& effects);

}  // namespace continuo::coordinator
