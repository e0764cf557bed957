// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "coordinator/core/effect.h"
#include "coordinator/core/ledger.h"

// A show that was lost with the power is taken up where it would be by now. Media time has gone on meanwhile, so the
// bar is the one that it would have come to. It is a performance of its own, with a take of its own: all tasks begin
// from their initial state, on the nodes that had them. What carries over is what the ledger knows: tempo, meter, place
// and transport, panic, parameters as they were set by hand and by scenes, whatever was committed for later, and the
// rest of its length. One that had not begun begins with its first bar. What only the memory of the nodes knew is gone:
// notes that sounded, tails, states of filters, parameters in the middle of a glide.

namespace continuo::coordinator {

/// Prepares the show that was lost with the nodes that are here; it stays dark, with the reason, if it cannot be.
void ResumeShow(Ledger& ledger, Nanoseconds time, Effects& effects);

/// The plan of a show that was lost has just got its first sample: puts into it what carries over. False if the show
/// would be over by then.
bool CarryOver(Ledger& ledger);

/// Hands out again what had been committed for later. The plan is on its way; what was lost is forgotten then.
void CarryOverEvents(Ledger& ledger, Effects& effects);

}  // namespace continuo::coordinator
