// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/join_attempt.h"

#include <algorithm>

#include "coordinator/core/operations.h"
#include "coordinator/core/replica_health.h"
#include "coordinator/core/room.h"
#include "proto/plan/media_time.h"
#include "proto/wire/control_frames.h"

namespace continuo::coordinator {
namespace {

void Note(Change& change, OperationRecord& operation, std::string note) {
  if (operation.note == note) return;
  change.Log(Severity::kInfo, "operation " + std::to_string(operation.id) + ": " + note);
  operation.note = std::move(note);
}

bool IsAnotherJoining(const Ledger& ledger, const OperationRecord& operation) {
  return std::any_of(ledger.operations.begin(), ledger.operations.end(),
                     [&operation](const OperationRecord& other) {
                       return other.task == operation.task && other.id != operation.id &&
                              other.phase == OperationPhase::kJoining;
                     });
}

/// A witness makes way for a replica that computes.
void ClearWitness(Change& change, plan::Task& task, plan::NodeId node) {
  for (const plan::Replica& replica : task.replicas) {
    if (replica.node != node || replica.role != plan::Role::kWitness) continue;
    return change.Drop(task, replica.incarnation);
  }
}

/// The node that was asked for; 0 with a note or a verdict if it cannot be now.
plan::NodeId WishedNode(Change& change, plan::Task& task, OperationRecord& operation,
                        const std::vector<plan::NodeId>& barred) {
  ClearWitness(change, task, operation.wish);
  const std::string why_not = WhyNotOn(change.ledger, task, operation.wish);
  if (!why_not.empty()) {
    EndOperation(change, operation, OperationPhase::kFailed,
                 why_not + ": \"" + NameOf(task) + "\" stays where it is");
    return 0;
  }
  if (std::find(barred.begin(), barred.end(), operation.wish) == barred.end()) {
    return operation.wish;
  }
  Note(change, operation,
       "waits until " + NameOf(change.ledger, operation.wish) + " has fewer joins under way");
  return 0;
}

plan::NodeId BestNode(Change& change, plan::Task& task, OperationRecord& operation,
                      const std::vector<plan::NodeId>& barred) {
  Choice choice = Choose(change.room(), task, barred);
  const plan::Replica* outgoing = FindReplica(task, operation.outgoing);
  // One that computes what nobody can vouch for is better replaced where it is than kept.
  if (choice.node == 0 && outgoing != nullptr && Count(change.ledger, task).sound > 0 &&
      HealthOf(change.ledger, task, *outgoing) == Health::kTainted) {
    change.Drop(task, operation.outgoing);
    choice = Choose(change.room(), task, barred);
  }
  if (choice.node == 0) Note(change, operation, choice.why_not);
  if (choice.node != 0) ClearWitness(change, task, choice.node);
  if (!choice.warning.empty()) change.Log(Severity::kWarning, choice.warning);
  return choice.node;
}

/// It may just leave: the others are as many as the show needs, and nobody has room for another.
void LeaveAsSpare(Change& change, plan::Task& task, OperationRecord& operation) {
  const plan::Replica* outgoing = FindReplica(task, operation.outgoing);
  if (operation.kind != OperationKind::kMigrate || operation.parent == 0 || outgoing == nullptr ||
      !FindNode(change.ledger, outgoing->node)->drained) {
    return;
  }
  const bool sound = HealthOf(change.ledger, task, *outgoing) == Health::kSound;
  const int others = Count(change.ledger, task).heard() - (sound ? 1 : 0);
  if (!IsSpare(change.ledger, task, others)) return;
  operation.incoming = operation.to = 0;
  operation.note.clear();
  operation.phase = OperationPhase::kRetiring;
  operation.replicas_before = task.wanted;
  change.SetWanted(task, others);  // nobody leaves while fewer than that would be left
  change.SetLeaving(task, operation.outgoing, true);
  change.Stepped();
}

/// A task has so many replicas at most, those that leave or are lost included. One whose node is back makes no way: it
/// will soon be known whether it is well.
bool HasSeat(Change& change, plan::Task& task) {
  if (task.replicas.size() < wire::kMaxMembers) return true;
  for (const plan::Replica& replica : task.replicas) {
    const bool may_come_back = !IsDoubted(change.ledger, replica.node);
    if (may_come_back || HealthOf(change.ledger, task, replica) != Health::kDoubted) continue;
    change.Drop(task, replica.incarnation);
    return true;
  }
  return false;
}

void BeginJoin(Change& change, plan::Task& task, OperationRecord& operation, plan::NodeId node) {
  if (node != operation.to) operation.failures_here = 0;
  operation.to = node;
  operation.incoming = change.Join(task, node, operation.role);
  operation.phase = OperationPhase::kJoining;
  operation.deadline = change.time + kJoinPatience;
  operation.note.clear();
  ++operation.attempts;
  change.Log(Severity::kInfo, "operation " + std::to_string(operation.id) + ": " +
                                  NameOf(change.ledger, node) + " joins \"" + NameOf(task) +
                                  "\" as incarnation " + std::to_string(operation.incoming));
}

std::string ReasonOf(const Change& change, const OperationRecord& operation) {
  const ReplicaRecord* record = FindRecord(change.ledger, operation.task, operation.incoming);
  if (record != nullptr && !record->error.empty()) return record->error;
  if (IsDoubted(change.ledger, operation.to)) {
    return NameOf(change.ledger, operation.to) + " is not heard";
  }
  if (change.time >= operation.deadline) {
    return "it was not in sync after " + std::to_string(kJoinPatience / 1'000'000'000) + " s";
  }
  return "it lost its place";
}

/// Where this will not be tried again soon.
void Bar(Change& change, const plan::Task& task, OperationRecord& operation) {
  operation.barred.push_back(operation.to);
  operation.failures_here = 0;
  if (Choose(change.room(), task, operation.barred).node != 0) return;
  operation.barred.clear();
  const int rounds = operation.attempts / (2 * kFailuresPerNode);
  operation.deadline = change.time + kRetryAfter * std::clamp(rounds, 1, kRetryFactorMost);
}

void GiveUp(Change& change, plan::Task& task, OperationRecord& operation, const std::string& why) {
  std::string text =
      NameOf(change.ledger, operation.to) + " could not take over \"" + NameOf(task) + "\": " + why;
  if (operation.kind == OperationKind::kReplicas) {
    change.SetWanted(task, operation.replicas_before);
    text += "; it keeps " + ReplicasText(task.wanted);
  } else if (FindReplica(task, operation.outgoing) != nullptr) {
    text += "; it stays on " + NameOf(change.ledger, operation.from);
  }
  EndOperation(change, operation, OperationPhase::kFailed, text);
}

}  // namespace

void TryJoin(Change& change, plan::Task& task, OperationRecord& operation) {
  if (change.time < operation.deadline) return;
  operation.deadline = 0;
  if (!IsNeeded(change.ledger, task, operation)) {
    const bool reached =
        operation.kind == OperationKind::kReplicas || operation.kind == OperationKind::kMigrate;
    return EndOperation(change, operation,
                        reached ? OperationPhase::kDone : OperationPhase::kCancelled,
                        NotNeededText(task, operation));
  }
  const MediaTime begins = std::max(change.ledger.plan.start_n, task.span.begins);
  if (change.now < begins) {  // nobody has a state yet
    operation.deadline = plan::TimeAt(change.ledger.plan.media, begins);
    return;
  }
  if (IsAnotherJoining(change.ledger, operation)) return;
  if (!Count(change.ledger, task).has_donor()) {
    return Note(change, operation,
                "nobody who knows the state of \"" + NameOf(task) + "\" can be reached");
  }
  if (!HasSeat(change, task)) {
    return Note(change, operation,
                "\"" + NameOf(task) + "\" has too many replicas that leave or have just come back");
  }
  std::vector<plan::NodeId> barred = BusyNodes(change.ledger);
  barred.insert(barred.end(), operation.barred.begin(), operation.barred.end());
  const plan::NodeId node = operation.wish != 0 ? WishedNode(change, task, operation, barred)
                                                : BestNode(change, task, operation, barred);
  if (node != 0) return BeginJoin(change, task, operation, node);
  if (operation.wish == 0) LeaveAsSpare(change, task, operation);
}

void TakeFailure(Change& change, plan::Task& task, OperationRecord& operation) {
  const std::string why = ReasonOf(change, operation);
  const NodeRecord* node = FindNode(change.ledger, operation.to);
  const bool is_there = node != nullptr && IsAvailable(*node);
  const ReplicaRecord* record = FindRecord(change.ledger, operation.task, operation.incoming);
  const bool had_joined = record != nullptr && record->state == plan::ReplicaState::kInSync;
  change.Drop(task, operation.incoming);
  operation.incoming = 0;
  operation.phase = OperationPhase::kWaiting;
  operation.deadline = 0;
  operation.note = "attempt " + std::to_string(operation.attempts) + " on " +
                   NameOf(change.ledger, operation.to) + " failed: " + why;
  change.Log(Severity::kWarning,
             "operation " + std::to_string(operation.id) + ": " + operation.note);
  const bool enough_here = ++operation.failures_here >= kFailuresPerNode || !is_there;
  const bool for_ever =
      operation.kind == OperationKind::kHeal || operation.kind == OperationKind::kRepair;
  if (for_ever && had_joined) {  // it can join, and was lost afterwards
    operation.attempts = operation.failures_here = 0;
    operation.barred.clear();
    return;
  }
  if ((operation.wish != 0 && enough_here) || (!for_ever && operation.attempts >= kAttemptsMost)) {
    return GiveUp(change, task, operation, why);
  }
  if (enough_here) Bar(change, task, operation);
}

void Dismiss(Change& change, plan::Task& task, const OperationRecord& operation) {
  const plan::Replica* incoming = FindReplica(task, operation.incoming);
  if (incoming == nullptr) return;
  const Health health = HealthOf(change.ledger, task, *incoming);
  if (incoming->role == plan::Role::kWitness || health >= Health::kRetired) {
    change.Drop(task, operation.incoming);
  } else if (health != Health::kSound || operation.outgoing != 0) {
    change.SetLeaving(task, operation.incoming, true);
  }  // else one too many leaves, whoever is missed least (healing.h)
}

void WaitForNext(Change& change, OperationRecord& operation) {
  operation.phase = OperationPhase::kWaiting;
  operation.incoming = 0;
  operation.failures_here = 0;
  operation.deadline = 0;
  operation.barred.clear();
  change.Stepped();
}

bool IsNeeded(const Ledger& ledger, const plan::Task& task, const OperationRecord& operation) {
  const Census census = Count(ledger, task);
  if (operation.kind == OperationKind::kMigrate) {
    const plan::Replica* outgoing = FindReplica(task, operation.outgoing);
    const bool is_there = outgoing != nullptr && !outgoing->leaving &&
                          HealthOf(ledger, task, *outgoing) <= Health::kTainted;
    return is_there || census.providers() < task.wanted;
  }
  if (operation.role == plan::Role::kCompute) return census.providers() < task.wanted;
  const bool own = FindReplica(task, operation.incoming) != nullptr;
  return task.wanted == 1 && census.witnesses < plan::kWitnesses + (own ? 1 : 0);
}

std::string NotNeededText(const plan::Task& task, const OperationRecord& operation) {
  if (operation.role == plan::Role::kWitness) {
    return "\"" + NameOf(task) + "\" needs no other witness any more";
  }
  return "\"" + NameOf(task) + "\" has " + ReplicasText(task.wanted) +
         " in sync: nothing has to be replaced";
}

std::string ReplicasText(int count) {
  return std::to_string(count) + (count == 1 ? " replica" : " replicas");
}

}  // namespace continuo::coordinator
