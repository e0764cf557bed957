// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "coordinator/core/effect.h"
#include "coordinator/core/ledger.h"
#include "coordinator/core/show_change.h"

namespace continuo::coordinator {

/// Another show while one plays: what differs changes at one sample, about two seconds ahead (five where nodes have to
/// fetch something first), and what does not is not touched (show_change.h). Answered at once: the change is on its
/// way, nothing has to change, or everything that is wrong with it.
void ReplaceShow(Ledger& ledger, const ShowApplied& applied, Nanoseconds time, Effects& effects);

/// What differs from the show that plays, as of `now`; `applied` has no errors (show_check.h).
ShowChange ChangeOfPlaying(const Ledger& ledger, const ShowApplied& applied, MediaTime now);

/// Takes what has ended out of the plan, without a new version. True if there was something.
bool ForgetEnded(Ledger& ledger, MediaTime now);

}  // namespace continuo::coordinator
