// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/operations.h"

#include <algorithm>
#include <map>

#include "coordinator/core/draining.h"
#include "coordinator/core/healing.h"
#include "coordinator/core/join_attempt.h"
#include "coordinator/core/operation_steps.h"
#include "coordinator/core/replica_health.h"
#include "coordinator/core/room.h"
#include "coordinator/core/show_life.h"
#include "coordinator/core/show_replace.h"
#include "coordinator/core/succession.h"

namespace continuo::coordinator {
namespace {

// Each round may free what another operation waits for. Far more than ever were needed.
constexpr int kRoundsMost = 64;

void EndAll(Ledger& ledger, Nanoseconds time, Effects& effects) {
  Change change(ledger, time, effects);
  for (OperationRecord& operation : ledger.operations) {
    if (HasEnded(operation.phase)) continue;
    EndOperation(change, operation, OperationPhase::kFailed, "the show ended before it was done");
  }
}

/// The oldest, but none whose parent still counts it.
void ForgetOld(Ledger& ledger) {
  std::vector<OperationId> forgotten;
  for (const OperationRecord& one : ledger.operations) {
    const OperationRecord* parent = FindOperation(ledger, one.parent);
    if (HasEnded(one.phase) && (parent == nullptr || HasEnded(parent->phase))) {
      forgotten.push_back(one.id);
    }
  }
  if (forgotten.size() <= kEndedKept) return;
  const OperationId last = forgotten[forgotten.size() - kEndedKept - 1];
  std::erase_if(ledger.operations, [&](const OperationRecord& one) {
    return one.id <= last && std::binary_search(forgotten.begin(), forgotten.end(), one.id);
  });
}

/// What has waited for room longest does not come before what is of a higher tier.
void SortWaiting(const Ledger& ledger, std::vector<OperationRecord*>& operations) {
  const auto waiting = std::count_if(
      operations.begin(), operations.end(),
      [](const OperationRecord* one) { return one->phase == OperationPhase::kWaiting; });
  if (waiting < 2) return;
  const std::map<dsp::TaskId, std::size_t> ranks = RankByTier(ledger);
  const auto rank = [&ranks](const OperationRecord* one) {  // drains come last
    const auto found = ranks.find(one->task);
    return found == ranks.end() ? ranks.size() : found->second;
  };
  std::stable_sort(
      operations.begin(), operations.end(),
      [&](const OperationRecord* a, const OperationRecord* b) { return rank(a) < rank(b); });
}

void StepAll(Change& change) {
  std::vector<OperationRecord*> open;
  for (OperationRecord& operation : change.ledger.operations) {
    if (!HasEnded(operation.phase)) open.push_back(&operation);
  }
  SortWaiting(change.ledger, open);
  for (OperationRecord* operation : open) {
    if (!HasEnded(operation->phase)) StepOperation(change, *operation);
  }
}

/// A coordinator that has just begun may have lost the last rows of its journal. What it does not know is told by those
/// who play; until they are here, or are doubted, it would change a plan that another has followed long ago.
bool AwaitsPlayers(const Ledger& ledger) {
  return std::ranges::any_of(ledger.nodes, [&ledger](const NodeRecord& node) {
    const bool has_come = node.connection != 0 || node.welcomed == ledger.term;
    return !has_come && !node.dead && !node.doubted && RunsReplicas(ledger.plan, node.id);
  });
}

}  // namespace

void TendOperations(Ledger& ledger, Nanoseconds time, Effects& effects) {
  const ShowPhase phase = PhaseAt(ledger, time);
  if (phase != ShowPhase::kDated && phase != ShowPhase::kPlaying) {
    return EndAll(ledger, time, effects);
  }
  if (AwaitsPlayers(ledger)) return;
  Change change(ledger, time, effects);
  ForgetEnded(ledger, change.now);
  for (int round = 0, steps = -1; round < kRoundsMost && steps != change.steps(); ++round) {
    steps = change.steps();
    KeepRedundancy(change);
    FollowDrains(change);
    StepAll(change);
  }
  if (ledger.plan != *ledger.plans.all().back()) Publish(ledger, effects);
  ForgetOld(ledger);
}

OperationRecord& BeginOperation(Change& change, OperationRecord operation) {
  operation.id = ++change.ledger.last_operation;
  operation.started_n = change.now;
  change.Log(Severity::kInfo,
             "operation " + std::to_string(operation.id) + " begins: " + operation.text);
  change.Stepped();
  change.ledger.operations.push_back(std::move(operation));
  return change.ledger.operations.back();
}

void EndOperation(Change& change, OperationRecord& operation, OperationPhase verdict,
                  std::string text) {
  operation.phase = verdict;
  operation.deadline = 0;
  operation.note.clear();
  operation.ended_n = change.now;
  operation.verdict = std::move(text);
  change.Log(verdict == OperationPhase::kFailed ? Severity::kWarning : Severity::kInfo,
             "operation " + std::to_string(operation.id) + " " + ToString(verdict) + ": " +
                 operation.verdict);
  change.Stepped();
}

void CallOff(Change& change, OperationRecord& operation, std::string text) {
  for (OperationRecord& child : change.ledger.operations) {
    if (child.parent == operation.id && !HasEnded(child.phase)) CallOff(change, child, text);
  }
  if (plan::Task* task = FindTask(change.ledger, operation.task)) {
    Dismiss(change, *task, operation);
    const plan::Replica* outgoing = FindReplica(*task, operation.outgoing);
    if (outgoing != nullptr && HealthOf(change.ledger, *task, *outgoing) != Health::kRetired) {
      change.SetLeaving(*task, operation.outgoing, false);
    }
    if (operation.replicas_before != 0) {
      change.SetWanted(*task, operation.replicas_before);
    }
  }
  EndOperation(change, operation, OperationPhase::kCancelled, std::move(text));
}

OperationRecord* FindOperation(Ledger& ledger, OperationId id) {
  const auto found = std::find_if(ledger.operations.begin(), ledger.operations.end(),
                                  [id](const OperationRecord& one) { return one.id == id; });
  return found == ledger.operations.end() ? nullptr : &*found;
}

const OperationRecord* OpenOperation(const Ledger& ledger, dsp::TaskId task) {
  for (const OperationRecord& one : ledger.operations) {
    if (one.task == task && !HasEnded(one.phase)) return &one;
  }
  return nullptr;
}

const OperationRecord* OpenOperation(const Ledger& ledger, dsp::TaskId task, OperationKind kind) {
  for (const OperationRecord& one : ledger.operations) {
    if (one.task == task && one.kind == kind && !HasEnded(one.phase)) return &one;
  }
  return nullptr;
}

}  // namespace continuo::coordinator
