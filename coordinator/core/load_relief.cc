// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/load_relief.h"

#include <algorithm>
#include <utility>

#include "coordinator/core/operations.h"
#include "coordinator/core/rebalancing.h"
#include "coordinator/core/replica_health.h"
#include "coordinator/core/request_rules.h"
#include "proto/plan/media_time.h"

namespace continuo::coordinator {
namespace {

/// Well below what begins a relief, so that it does not begin again at once; and few enough moves to see first what
/// they bring. An uneven spread misses no deadline and is left to the operator.
BalanceRules ReliefOf(plan::NodeId node) {
  return {.relieved = 75, .fits = 100, .spread = 1000, .moves_max = 4, .only = node};
}

void Believe(Ledger& ledger, const LoadMeasured& measured) {
  for (const MeasuredCost& cost : measured.costs) {
    ReplicaRecord* record = FindRecord(ledger, cost.task, cost.incarnation);
    if (record != nullptr && record->node == measured.node) record->cost_ns = cost.ns_per_frame;
  }
}

/// What its replicas were measured at. What has not been measured yet is not held against it.
std::int64_t MeasuredLoad(const Ledger& ledger, plan::NodeId node) {
  std::int64_t load_ns = 0;
  for (const ReplicaRecord& record : ledger.replicas) {
    const bool computes = record.state == plan::ReplicaState::kInSync;
    if (record.node == node && computes) load_ns += record.cost_ns;
  }
  return load_ns;
}

bool IsTimeForIt(const Ledger& ledger, Nanoseconds time) {
  if (WhyNotNow(ledger, time)) return false;
  const MediaTime now = plan::MediaTimeAt(ledger.media, time);
  return std::none_of(ledger.operations.begin(), ledger.operations.end(),
                      [now](const OperationRecord& one) {
                        if (!HasEnded(one.phase)) return true;
                        const bool called_off = one.phase == OperationPhase::kCancelled;
                        return one.kind == OperationKind::kRebalance &&
                               now < one.ended_n + (called_off ? kCalledOffPause : kReliefPause);
                      });
}

/// Once for as long as it lasts.
void SayThatNothingCanMove(Change& change, NodeRecord& node, std::string text) {
  if (std::exchange(node.crowded, true)) return;
  OperationRecord operation;
  operation.kind = OperationKind::kRebalance;
  operation.text = std::move(text);
  EndOperation(change, BeginOperation(change, std::move(operation)), OperationPhase::kFailed,
               "nothing can move: no other node has the room, or would be better off; start an "
               "agent on another machine, or play less");
}

}  // namespace

void TakeLoad(Ledger& ledger, const LoadMeasured& measured, Nanoseconds time, Effects& effects) {
  Believe(ledger, measured);
  NodeRecord* node = FindNode(ledger, measured.node);
  if (node == nullptr) return;
  const std::int64_t load_ns = MeasuredLoad(ledger, measured.node);
  if (load_ns <= kOverfullNs) {
    node->crowded = false;
    return;
  }
  if (!IsTimeForIt(ledger, time)) return;
  std::string text = "relieve " + node->hello.name + ": what it computes was measured at " +
                     BudgetText(load_ns) + " of its budget";
  Change change(ledger, time, effects);
  const std::vector<Move> moves = MovesFor(ledger, ReliefOf(measured.node));
  if (moves.empty()) return SayThatNothingCanMove(change, *node, std::move(text));
  node->crowded = false;
  BeginMoves(change, moves, std::move(text));
}

}  // namespace continuo::coordinator
