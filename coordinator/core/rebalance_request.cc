// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/operations.h"
#include "coordinator/core/rebalancing.h"
#include "coordinator/core/replica_health.h"
#include "coordinator/core/request_rules.h"
#include "coordinator/core/requests.h"

namespace continuo::coordinator {
namespace {

Reply BeginRebalance(Change& change, const RebalanceRequested& wanted) {
  const Ledger& ledger = change.ledger;
  const std::vector<Move> moves = MovesFor(ledger);
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
  reply.operation = BeginMoves(change, moves, "rebalance: " + count);
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
  effects.emplace_back(Settle{ledger.last_command, std::move(reply)});
}

}  // namespace continuo::coordinator
