// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/rebalancing.h"

#include "coordinator/core/operations.h"
#include "coordinator/core/replica_health.h"
#include "coordinator/core/request_rules.h"
#include "coordinator/core/room.h"

namespace continuo::coordinator {
const OperationRecord* OpenParent(const Ledger& ledger) {
  for (const OperationRecord& one : ledger.operations) {
    if (one.phase == OperationPhase::kMoving) return &one;
  }
  return nullptr;
}

std::vector<Move> MovesFor(const Ledger& ledger, const BalanceRules& rules) {
  Room room = RoomOf(ledger);
  for (const plan::Task& task : ledger.plan.tasks) {
    if (OpenOperation(ledger, task.description.id) != nullptr) {
      SetFixed(room.occupancy, task.description.id);
    }
  }
  return Rebalance(room.tasks, room.fleet, room.occupancy, rules);
}

OperationId BeginMoves(Change& change, const std::vector<Move>& moves, std::string text) {
  OperationRecord whole;
  whole.kind = OperationKind::kRebalance;
  whole.phase = OperationPhase::kMoving;
  whole.text = std::move(text);
  const OperationId id = BeginOperation(change, std::move(whole)).id;
  for (const Move& move : moves) {
    const plan::Task& task = *FindTask(std::as_const(change.ledger), move.task);
    const plan::Replica* outgoing = ComputingOn(task, move.from);
    if (outgoing == nullptr) continue;
    OperationRecord operation = MigrationOf(change.ledger, task, *outgoing, move.to);
    operation.parent = id;
    BeginOperation(change, std::move(operation));
  }
  return id;
}

}  // namespace continuo::coordinator
