// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "coordinator/core/operations.h"
#include "coordinator/core/rebalance.h"
#include "coordinator/core/replica_health.h"
#include "coordinator/core/request_rules.h"
#include "coordinator/core/requests.h"
#include "coordinator/core/room.h"

namespace continuo::coordinator {
namespace {

/// Drains and rebalances must not work against each other.
const OperationRecord* OpenParent(const Ledger& ledger) {
  for (const OperationRecord& one : ledger.operations) {
    if (one.phase == OperationPhase::kMoving) return &one;
  }
  return nullptr;
}

/// What is on its way already stays as it is.
std::vector<Move> Moves(const Ledger& ledger) {
  Room room = RoomOf(ledger);
  for (const plan::Task& task : ledger.plan.tasks) {
    if (OpenOperation(ledger, task.description.id) != nullptr) {
      SetFixed(room.occupancy, task.description.id);
    }
  }
  return Rebalance(room.tasks, room.fleet, room.occupancy);
}

const plan::Replica* ReplicaOn(const plan::Task& task, plan::NodeId node) {
  for (const plan::Replica& replica : task.replicas) {
    if (replica.node == node && replica.role == plan::Role::kCompute) return &replica;
  }
  return nullptr;
}

void BeginMoves(Change& change, const std::vector<Move>& moves, OperationId parent) {
  for (const Move& move : moves) {
    const plan::Task& task = *plan::FindTask(change.ledger.plan, move.task);
    const plan::Replica* outgoing = ReplicaOn(task, move.from);
    if (outgoing == nullptr) continue;
    OperationRecord operation = MigrationOf(change.ledger, task, *outgoing, move.to);
    operation.parent = parent;
    BeginOperation(change, std::move(operation));
  }
}

Reply BeginRebalance(Change& change, const RebalanceRequested& wanted) {
  const Ledger& ledger = change.ledger;
  const std::vector<Move> moves = Moves(ledger);
  Reply reply;
  for (const Move& move : moves) {
    reply.moves.push_back({NameOf(*plan::FindTask(ledger.plan, move.task)),
                           NameOf(ledger, move.from), NameOf(ledger, move.to), move.reason});
  }
  if (moves.empty()) {
    reply.text = "the work is spread well: no move is worth its trouble";
    return reply;
  }
  const std::string count = std::to_string(moves.size()) + (moves.size() == 1 ? " move" : " moves");
  if (wanted.dry_run) {
    reply.text = count + " would spread the work";
    return reply;
  }
  OperationRecord operation;
  operation.kind = OperationKind::kRebalance;
  operation.phase = OperationPhase::kMoving;
  operation.text = "rebalance: " + count;
  reply.operation = BeginOperation(change, std::move(operation)).id;
  BeginMoves(change, moves, reply.operation);
  reply.text = "operation " + std::to_string(reply.operation) + ": rebalance, " + count;
  return reply;
}

}  // namespace

void TakeRebalance(Ledger& ledger, const RebalanceRequested& wanted, Nanoseconds time,
                   Effects& effects) {
  Reply reply;
  const OperationRecord* open = OpenParent(ledger);
  if (auto refused = WhyNotNow(ledger, time)) {
    reply = *refused;
  } else if (open != nullptr && !wanted.dry_run) {
    reply = UnderWay(*open);
  } else {
    Change change(ledger, time, effects);
    reply = BeginRebalance(change, wanted);
  }
  effects.emplace_back(Answer{wanted.request, std::move(reply)});
}

}  // namespace continuo::coordinator
