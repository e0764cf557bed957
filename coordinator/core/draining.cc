// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/draining.h"

#include <algorithm>
#include <vector>

#include "coordinator/core/operations.h"
#include "coordinator/core/replica_health.h"
#include "coordinator/core/request_rules.h"

namespace continuo::coordinator {
namespace {

bool IsOpenDrain(const OperationRecord& one) {
  return one.kind == OperationKind::kDrain && !HasEnded(one.phase);
}

bool IsMovedBy(const Ledger& ledger, OperationId drain, Incarnation incarnation) {
  return std::any_of(ledger.operations.begin(), ledger.operations.end(),
                     [&](const OperationRecord& one) {
                       return one.parent == drain && one.outgoing == incarnation;
                     });
}

/// What computes on its node, and was not moved yet.
std::vector<OperationRecord> MovesLeft(const Ledger& ledger, const OperationRecord& drain) {
  std::vector<OperationRecord> moves;
  for (const plan::Task& task : ledger.plan.tasks) {
    if (task.span.ends != dsp::kForever) continue;
    for (const plan::Replica& replica : task.replicas) {
      const Health health = HealthOf(ledger, task, replica);
      const bool computes = health == Health::kSound || health == Health::kTainted;
      if (replica.node != drain.from || replica.leaving || !computes) continue;
      if (IsMovedBy(ledger, drain.id, replica.incarnation)) continue;
      moves.push_back(MigrationOf(ledger, task, replica, 0));
      moves.back().parent = drain.id;
    }
  }
  return moves;
}

}  // namespace

void FollowDrains(Change& change) {
  std::vector<OperationRecord> moves;
  for (const OperationRecord& one : change.ledger.operations) {
    if (!IsOpenDrain(one)) continue;
    for (OperationRecord& move : MovesLeft(change.ledger, one)) moves.push_back(std::move(move));
  }
  for (OperationRecord& move : moves) BeginOperation(change, std::move(move));
}

bool HasMoreToMove(const Ledger& ledger, const OperationRecord& drain) {
  const bool comes = std::any_of(
      ledger.operations.begin(), ledger.operations.end(), [&drain](const OperationRecord& one) {
        return one.phase == OperationPhase::kJoining && one.to == drain.from;
      });
  return comes || !MovesLeft(ledger, drain).empty();
}

}  // namespace continuo::coordinator
