// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "coordinator/core/ledger.h"
#include "coordinator/core/watch.h"

namespace continuo::coordinator {

/// After a restart, agents need a moment to attach again; until then their absence says nothing.
inline constexpr Nanoseconds kReattachGrace = 3'000'000'000;

/// The replica's node holds the plan and is heard.
bool IsLive(const Watch& watch, const Ledger& ledger, const plan::Replica& replica);

/// What its node last said about it, or nullptr.
const plan::ReplicaStatus* StatusOf(const Watch& watch, dsp::TaskId task,
                                    const plan::Replica& replica);

/// Live, and in sync as far as is known.
int CountInSync(const Watch& watch, const Ledger& ledger, const plan::Task& task);

/// Opens and closes gaps. While a show is dated or plays.
void UpdateGaps(Watch& watch, const Ledger& ledger, Nanoseconds time);

}  // namespace continuo::coordinator
