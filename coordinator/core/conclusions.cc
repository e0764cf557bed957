// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/evidence.h"
#include "coordinator/core/operations.h"
#include "coordinator/core/redundancy.h"
#include "coordinator/core/replica_health.h"
#include "coordinator/core/show_life.h"
#include "coordinator/core/watch.h"
#include "proto/plan/media_time.h"

// What time makes of what was said (evidence.h).

namespace continuo::coordinator {
namespace {

using plan::ReplicaState;

constexpr Nanoseconds kRaiseAgain = 1'000'000'000;

/// Raises it unless that was done a moment ago: the ledger may not have been able to take it.
void RaiseOnce(Watch& watch, Evidence::What what, std::uint64_t about, Input input,
               Effects& effects) {
  const auto [last, is_new] = watch.evidence.raised.try_emplace({what, about}, input.time);
  if (!is_new && input.time - last->second < kRaiseAgain) return;
  last->second = input.time;
  effects.emplace_back(Raise{std::move(input)});
}

bool RunsExcluded(const Watch& watch, const Ledger& ledger, plan::NodeId node, Nanoseconds time) {
  for (const auto& [task, when] : watch.evidence.excluded) {
    if (time - when > kExclusionForgotten) continue;
    if (FindReplicaOn(ledger.plan, task, node) != nullptr) return true;
  }
  return false;
}

bool IsProbablyDead(const Watch& watch, const Ledger& ledger, const NodeRecord& node,
                    Nanoseconds time) {
  switch (watch.detector.LivenessOf(node.id)) {
    case Liveness::kAlive:
      return false;
    case Liveness::kDetached:  // not seen in this term
      return time - watch.term_began > kReattachGrace;
    case Liveness::kSuspect:
      return node.connection == 0 || RunsExcluded(watch, ledger, node.id, time);
    case Liveness::kDead:  // that is told by itself
      return false;
  }
  return false;
}

/// Dead, or alive after all.
void ConcludeLiveness(Watch& watch, const NodeRecord& node, const Ledger& ledger, Nanoseconds time,
                      Effects& effects) {
  const Liveness liveness = watch.detector.LivenessOf(node.id);
  if (liveness == Liveness::kDead && !node.dead) {
    const MediaTime heard = plan::MediaTimeAt(ledger.media, watch.detector.HeardAt(node.id));
    watch.evidence.raised.erase({Evidence::What::kTrust, node.id});
    RaiseOnce(watch, Evidence::What::kDeath, node.id, {time, NodeDied{node.id, heard}}, effects);
  } else if (liveness == Liveness::kAlive && (node.dead || node.doubted)) {
    watch.evidence.raised.erase({Evidence::What::kDeath, node.id});
    watch.evidence.raised.erase({Evidence::What::kDoubt, node.id});
    RaiseOnce(watch, Evidence::What::kTrust, node.id, {time, NodeRecovered{node.id}}, effects);
  }
}

void ConcludeDoubt(Watch& watch, const NodeRecord& node, const Ledger& ledger, Nanoseconds time,
                   Effects& effects) {
  if (node.doubted || !IsProbablyDead(watch, ledger, node, time)) return;
  if (!RunsReplicas(ledger.plan, node.id)) return;
  const Nanoseconds heard_at = watch.detector.HeardAt(node.id);
  const MediaTime heard = plan::MediaTimeAt(ledger.media, heard_at != 0 ? heard_at : time);
  watch.evidence.raised.erase({Evidence::What::kTrust, node.id});
  RaiseOnce(watch, Evidence::What::kDoubt, node.id, {time, NodeDoubted{node.id, heard}}, effects);
}

/// What is agreed becomes true; of one whose node is doubted meanwhile it is true at once, and no more is known.
void ConcludeJoins(Watch& watch, const Ledger& ledger, Nanoseconds time, Effects& effects) {
  const MediaTime now = plan::MediaTimeAt(ledger.media, time);
  const auto waiting = watch.evidence.admitted;
  for (const auto& [incarnation, joined] : waiting) {
    const ReplicaRecord* record = FindRecord(ledger, joined.task, incarnation);
    if (record == nullptr) {
      watch.evidence.admitted.erase(incarnation);
    } else if (joined.n <= now || IsDoubted(ledger, record->node)) {
      watch.evidence.admitted.erase(incarnation);
      ReplicaChanged changed = joined;
      changed.heard = HeardByAll(watch, ledger, changed.task, incarnation, time);
      effects.emplace_back(Raise{{time, std::move(changed)}});
    }
  }
}

/// Those that come and go are few, and are asked for a hundred times a second.
void KnowMoving(Watch& watch, const Ledger& ledger) {
  if (watch.leaving_known) return;
  watch.leaving_known = true;
  watch.leaving.clear();
  watch.unheard.clear();
  for (const ReplicaRecord& record : ledger.replicas) {
    const bool leaves = record.state == ReplicaState::kRetired || record.leaving_n != 0;
    if (leaves) watch.leaving.push_back(record.incarnation);
    if (!record.heard) watch.unheard.push_back(record.incarnation);
  }
}

/// Those that have left and lingered, and those that do not leave though nobody needs them.
void ConcludeLeaving(Watch& watch, const Ledger& ledger, Nanoseconds time, Effects& effects) {
  const MediaTime now = plan::MediaTimeAt(ledger.media, time);
  for (const Incarnation incarnation : watch.leaving) {
    const ReplicaRecord& record = *RecordOf(ledger, incarnation);
    ReplicaChanged gone{record.task, record.incarnation, ReplicaState::kEmpty, now, {}, false};
    if (record.state == ReplicaState::kRetired) {
      if (now < record.n + kLingerTime) continue;
      RaiseOnce(watch, Evidence::What::kLinger, record.incarnation, {time, gone}, effects);
    } else if (record.leaving_n != 0 && now >= record.leaving_n + kLeavingPatience) {
      const plan::Task* task = FindTask(ledger, record.task);
      if (task == nullptr || Count(ledger, *task).heard() < task->wanted) continue;
      gone.error = "it did not leave in time and was dropped";
      RaiseOnce(watch, Evidence::What::kLeave, record.incarnation, {time, gone}, effects);
    }
  }
}

}  // namespace

void Conclude(Watch& watch, const Ledger& ledger, Nanoseconds time, Effects& effects) {
  const ShowPhase phase = PhaseAt(ledger, time);
  const bool is_on = phase == ShowPhase::kDated || phase == ShowPhase::kPlaying;
  for (const NodeRecord& node : ledger.nodes) {
    ConcludeLiveness(watch, node, ledger, time, effects);
    if (is_on) ConcludeDoubt(watch, node, ledger, time, effects);
  }
  if (is_on) ConcludeJoins(watch, ledger, time, effects);
  if (is_on) KnowMoving(watch, ledger);
  if (is_on) ConcludeHeard(watch, ledger, time, effects);
  if (is_on) ConcludeLeaving(watch, ledger, time, effects);
  for (const OperationRecord& operation : ledger.operations) {
    const bool overdue = operation.deadline != 0 && time >= operation.deadline;
    if (HasEnded(operation.phase) || (is_on && !overdue)) continue;
    RaiseOnce(watch, Evidence::What::kOverdue, operation.id,
              {time, OperationTimedOut{operation.id}}, effects);
  }
}

}  // namespace continuo::coordinator
