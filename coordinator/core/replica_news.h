// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "coordinator/core/effect.h"
#include "coordinator/core/ledger.h"

// What becomes known of nodes and their replicas while a show plays. What follows from it: operations.h.

namespace continuo::coordinator {

void TakeChange(Ledger& ledger, const ReplicaChanged& changed);
void TakeDivergence(Ledger& ledger, const ReplicaDiverged& diverged);

/// The node is probably dead: of its replicas nothing is known any more.
void Doubt(Ledger& ledger, NodeRecord& node, MediaTime last_heard);
/// It is there after all. Its replicas are believed again when it says how they are.
void Trust(Ledger& ledger, NodeRecord& node, Nanoseconds time);

/// Its agent was started again: nothing of what it computed is left.
void LoseReplicas(Ledger& ledger, const NodeRecord& node, MediaTime now);
/// It cannot play the plan that was sent: who was to join there will not.
void FailJoiners(Ledger& ledger, const NodeRecord& node, const std::string& error,
                 Effects& effects);

}  // namespace continuo::coordinator
