// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "coordinator/core/change.h"

// The step that every operation is made of: a joiner, tried again as a new incarnation until one succeeds.

namespace continuo::coordinator {

/// Puts a joiner onto the best node, if it is this operation's turn and there is one.
void TryJoin(Change& change, plan::Task& task, OperationRecord& operation);

/// The joiner will not come to anything: drops it; then it is another's turn, or the operation has failed.
void TakeFailure(Change& change, plan::Task& task, OperationRecord& operation);

/// The joiner is not wanted any more, or at least not by this operation. It may be a member already, though its word is
/// still on the way, and then its fellows count on it: so it leaves in peace, as soon as it can.
void Dismiss(Change& change, plan::Task& task, const OperationRecord& operation);

/// It takes one more joiner.
void WaitForNext(Change& change, OperationRecord& operation);

/// Does the task lack what this operation is to bring?
bool IsNeeded(const Ledger& ledger, const plan::Task& task, const OperationRecord& operation);
std::string NotNeededText(const plan::Task& task, const OperationRecord& operation);

/// "2 replicas".
std::string ReplicasText(int count);

}  // namespace continuo::coordinator
