// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "coordinator/core/effect.h"
#include "coordinator/core/ledger.h"

// Who belongs to the cluster. A node is its name: an agent that comes back under the same name gets the same number.

namespace continuo::coordinator {

/// A new term: no stream of the old one exists any more.
void BeginTerm(Ledger& ledger, const Started& started, Nanoseconds time, Effects& effects);

/// An agent introduced itself. Welcomes or refuses it; one that plays the current plan is left alone.
void Attach(Ledger& ledger, ConnectionId connection, const plan::Hello& hello, Nanoseconds time,
            Effects& effects);

void Detach(Ledger& ledger, ConnectionId connection, Nanoseconds time, Effects& effects);

}  // namespace continuo::coordinator
