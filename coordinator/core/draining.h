// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "coordinator/core/change.h"

namespace continuo::coordinator {

/// Begins a move for each replica that computes on a node which is being drained. Again and again: what was still
/// joining when the drain began may be a member already, and the last to know the state, before that is known here; it
/// is not turned away, but moved once it is in sync.
void FollowDrains(Change& change);

/// Is there something on its node that this drain has yet to move, or that may still come?
bool HasMoreToMove(const Ledger& ledger, const OperationRecord& drain);

}  // namespace continuo::coordinator
