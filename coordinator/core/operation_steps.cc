// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/operation_steps.h"

#include <algorithm>
#include <utility>

#include "coordinator/core/draining.h"
#include "coordinator/core/join_attempt.h"
#include "coordinator/core/operations.h"
#include "coordinator/core/replica_health.h"
#include "coordinator/core/room.h"
#include "proto/plan/media_time.h"

namespace continuo::coordinator {
namespace {

/// Of a replica that may be in the plan no more.
Health HealthIn(const Ledger& ledger, const plan::Task& task, Incarnation incarnation) {
  const plan::Replica* replica = FindReplica(task, incarnation);
  return replica == nullptr ? Health::kLost : HealthOf(ledger, task, *replica);
}

bool Computes(Health health) {
  return health == Health::kSound || health == Health::kTainted;
}

/// "; nothing was heard of it" belongs to nobody: a verdict says who computes from when.
std::string MovedText(const Change& change, const plan::Task& task,
                      const OperationRecord& operation) {
  std::string text = "\"" + NameOf(task) + "\" runs on " + NameOf(change.ledger, operation.to);
  if (operation.from != 0) text += " instead of " + NameOf(change.ledger, operation.from);
  return text;
}

void DoneMoving(Change& change, const plan::Task& task, OperationRecord& operation) {
  std::string text = MovedText(change, task, operation);
  const ReplicaRecord* left = FindRecord(change.ledger, operation.task, operation.outgoing);
  if (left != nullptr && left->state == plan::ReplicaState::kRetired) {
    text += ", which left at n = " + std::to_string(left->n);
  } else if (left != nullptr && !left->error.empty()) {
    text += ": " + left->error;
  } else {
    text += ", which was lost meanwhile";
  }
  EndOperation(change, operation, OperationPhase::kDone, text);
}

void BeginRetiring(Change& change, plan::Task& task, OperationRecord& operation) {
  operation.phase = OperationPhase::kRetiring;
  operation.deadline = 0;
  change.SetLeaving(task, operation.outgoing, true);
  change.Stepped();
}

/// A spare of a node that is drained leaves without a newcomer; unless there is room for one by now, or its fellows
/// have become too few.
void StepLeaving(Change& change, plan::Task& task, OperationRecord& operation) {
  const Health outgoing = HealthIn(change.ledger, task, operation.outgoing);
  const int others = Count(change.ledger, task).heard();
  if (!Computes(outgoing)) {
    EndOperation(change, operation, OperationPhase::kDone,
                 "\"" + NameOf(task) + "\" has left " + NameOf(change.ledger, operation.from) +
                     ", and no other node has a place for it: it has " + ReplicasText(others) +
                     " now");
  } else if (!IsSpare(change.ledger, task, others)) {
    change.SetLeaving(task, operation.outgoing, false);
    change.SetWanted(task, std::exchange(operation.replicas_before, 0));
    operation.phase = OperationPhase::kWaiting;
    change.Stepped();
  }
}

/// The newcomer of a migration was lost before the old one left.
void FallBack(Change& change, plan::Task& task, OperationRecord& operation) {
  change.SetLeaving(task, operation.outgoing, false);
  EndOperation(change, operation, OperationPhase::kFailed,
               NameOf(change.ledger, operation.to) + " was lost before " +
                   NameOf(change.ledger, operation.from) + " had left: \"" + NameOf(task) +
                   "\" stays there");
}

void StepHolding(Change& change, plan::Task& task, OperationRecord& operation) {
  const Health outgoing = HealthIn(change.ledger, task, operation.outgoing);
  if (!Computes(HealthIn(change.ledger, task, operation.incoming))) {
    FallBack(change, task, operation);
  } else if (!Computes(outgoing)) {
    DoneMoving(change, task, operation);
  } else if (change.now >= operation.at_n && IsHeard(change.ledger, operation.incoming)) {
    BeginRetiring(change, task, operation);
  }
}

/// Fellows were lost while it was moved, and nobody can make good for them: the old one would never leave.
bool LacksFellows(Change& change, const plan::Task& task) {
  if (Count(change.ledger, task).sound >= task.wanted) return false;
  const bool comes = std::ranges::any_of(change.ledger.operations, [&](const OperationRecord& one) {
    return one.task == task.description.id && one.phase == OperationPhase::kJoining;
  });
  const bool may_be_well = std::ranges::any_of(task.replicas, [&](const plan::Replica& replica) {
    return HealthOf(change.ledger, task, replica) == Health::kDoubted &&
           !FindNode(change.ledger, replica.node)->dead;
  });
  return !comes && !may_be_well && Choose(change.room(), task).node == 0;
}

/// Then the newcomer makes good for them, and the old one stays; from a node that is drained it leaves as a spare, if
/// it is one.
void StepWithoutFellows(Change& change, plan::Task& task, OperationRecord& operation) {
  if (!FindNode(change.ledger, operation.from)->drained) {
    change.SetLeaving(task, operation.outgoing, false);
    return EndOperation(change, operation, OperationPhase::kFailed,
                        "fellows were lost before " + NameOf(change.ledger, operation.from) +
                            " had left, and no other node has a place: \"" + NameOf(task) +
                            "\" stays there, and runs on " + NameOf(change.ledger, operation.to) +
                            " as well");
  }
  const int others = Count(change.ledger, task).heard();
  if (!IsSpare(change.ledger, task, others)) return;
  operation.incoming = operation.to = 0;
  operation.replicas_before = task.wanted;
  change.SetWanted(task, others);
  change.Stepped();
}

void StepRetiring(Change& change, plan::Task& task, OperationRecord& operation) {
  // Of a task with fewer replicas whoever is too many leaves (healing.h); the operation sees it through.
  if (operation.kind == OperationKind::kReplicas) {
    const bool all_gone =
        std::all_of(task.replicas.begin(), task.replicas.end(), [&](const plan::Replica& replica) {
          return !replica.leaving || HealthOf(change.ledger, task, replica) == Health::kRetired;
        });
    if (all_gone && Count(change.ledger, task).providers() <= task.wanted) {
      EndOperation(change, operation, OperationPhase::kDone,
                   "\"" + NameOf(task) + "\" has " + ReplicasText(task.wanted));
    }
    return;
  }
  if (operation.incoming == 0) return StepLeaving(change, task, operation);
  const Health outgoing = HealthIn(change.ledger, task, operation.outgoing);
  if (outgoing == Health::kRetired || outgoing == Health::kLost || outgoing == Health::kDoubted) {
    DoneMoving(change, task, operation);
  } else if (!Computes(HealthIn(change.ledger, task, operation.incoming))) {
    FallBack(change, task, operation);
  } else if (LacksFellows(change, task)) {
    StepWithoutFellows(change, task, operation);
  }
}

void StepJoined(Change& change, plan::Task& task, OperationRecord& operation) {
  const ReplicaRecord& joined = *FindRecord(change.ledger, operation.task, operation.incoming);
  if (operation.kind != OperationKind::kMigrate) {
    const int computing = Count(change.ledger, task).providers();
    if (operation.kind == OperationKind::kReplicas && computing < task.wanted) {
      return WaitForNext(change, operation);
    }
    const bool witness = operation.role == plan::Role::kWitness;
    const std::string who = NameOf(change.ledger, operation.to);
    EndOperation(change, operation, OperationPhase::kDone,
                 witness ? who + " keeps checkpoints of \"" + NameOf(task) + "\""
                         : who + " computes \"" + NameOf(task) +
                               "\" from n = " + std::to_string(joined.n) + ": " +
                               std::to_string(computing) + " of " + ReplicasText(task.wanted));
  } else if (!Computes(HealthIn(change.ledger, task, operation.outgoing))) {
    DoneMoving(change, task, operation);
  } else if (operation.at_n > change.now) {
    operation.phase = OperationPhase::kHolding;
    operation.deadline = plan::TimeAt(change.ledger.plan.media, operation.at_n);
    change.Stepped();
  } else if (joined.heard) {
    BeginRetiring(change, task, operation);
  }
}

/// One that is only doubted may have been admitted, and then its fellows count on its word: dropped, it would be a
/// second death beside the one that it is to make good.
bool MayBeWell(const Ledger& ledger, const OperationRecord& operation, Health incoming) {
  const NodeRecord* node = FindNode(ledger, operation.to);
  return incoming == Health::kDoubted && node != nullptr && !node->dead;
}

void StepJoining(Change& change, plan::Task& task, OperationRecord& operation) {
  const Health incoming = HealthIn(change.ledger, task, operation.incoming);
  if (Computes(incoming) || incoming == Health::kWitness) {
    StepJoined(change, task, operation);
  } else if (!IsNeeded(change.ledger, task, operation)) {
    Dismiss(change, task, operation);
    EndOperation(change, operation, OperationPhase::kCancelled, NotNeededText(task, operation));
  } else if (change.time >= operation.deadline ||
             (incoming != Health::kJoining && !MayBeWell(change.ledger, operation, incoming))) {
    TakeFailure(change, task, operation);
  }
}

/// Drain and rebalance end with the last of their migrations.
void StepMoving(Change& change, OperationRecord& operation) {
  if (operation.kind == OperationKind::kDrain && HasMoreToMove(change.ledger, operation)) return;
  int moves = 0, done = 0;
  std::string trouble;
  for (const OperationRecord& child : change.ledger.operations) {
    if (child.parent != operation.id) continue;
    if (!HasEnded(child.phase)) return;
    ++moves;
    done += child.phase == OperationPhase::kDone;
    if (child.phase != OperationPhase::kDone && trouble.empty()) trouble = child.verdict;
  }
  std::string text = std::to_string(done) + " of " + std::to_string(moves) +
                     (moves == 1 ? " move is done" : " moves are done");
  if (operation.kind == OperationKind::kDrain && done == moves) {
    text += ": no replica runs on " + NameOf(change.ledger, operation.from) + " any more";
  }
  if (!trouble.empty()) text += "; " + trouble;
  EndOperation(change, operation, done == moves ? OperationPhase::kDone : OperationPhase::kFailed,
               text);
}

}  // namespace

void StepOperation(Change& change, OperationRecord& operation) {
  if (operation.phase == OperationPhase::kMoving) return StepMoving(change, operation);
  plan::Task* task = FindTask(change.ledger, operation.task);
  if (task == nullptr) {
    return EndOperation(change, operation, OperationPhase::kCancelled,
                        "the task is no part of the show any more");
  }
  switch (operation.phase) {
    case OperationPhase::kWaiting:
      return TryJoin(change, *task, operation);
    case OperationPhase::kJoining:
      return StepJoining(change, *task, operation);
    case OperationPhase::kHolding:
      return StepHolding(change, *task, operation);
    case OperationPhase::kRetiring:
      return StepRetiring(change, *task, operation);
    default:
      return;
  }
}

}  // namespace continuo::coordinator
