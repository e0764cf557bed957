// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "coordinator/core/effect.h"
#include "coordinator/core/ledger.h"

// What operators ask of a show that plays: each is answered at once, with the number of an operation or with the reason
// why not and what is nearest possible. TendOperations (operations.h) then carries the operation out.

namespace continuo::coordinator {

void TakeMove(Ledger& ledger, const MoveRequested& wanted, Nanoseconds time, Effects& effects);
void TakeDrain(Ledger& ledger, const DrainRequested& wanted, Nanoseconds time, Effects& effects);
void TakeRebalance(Ledger& ledger, const RebalanceRequested& wanted, Nanoseconds time,
                   Effects& effects);
void TakeReplicas(Ledger& ledger, const ReplicasRequested& wanted, Nanoseconds time,
                  Effects& effects);
void TakeCancel(Ledger& ledger, const OperationCancelled& wanted, Nanoseconds time,
                Effects& effects);

}  // namespace continuo::coordinator
