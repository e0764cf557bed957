// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "coordinator/core/effect.h"
#include "coordinator/core/ledger.h"

// A large plan that only lost rows knew (adoption.h): of it each agent has its part (proto/plan/part.h). Those who have
// told theirs wait, playing, until the whole can be put together: until somebody of each task has told. An operator who
// does not want to wait stops the show, or applies one.

namespace continuo::coordinator {

/// `part`: of a plan later than the ledger's, and nothing speaks against it. The stream stays open while it waits.
void TakePart(Ledger& ledger, ConnectionId connection, const plan::Plan& part, Nanoseconds time,
              Effects& effects);

/// Those who wait stop, and attach anew. False: there was nothing to put together.
bool StopHeldParts(Ledger& ledger, Effects& effects);

}  // namespace continuo::coordinator
