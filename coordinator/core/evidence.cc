// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/evidence.h"

#include <algorithm>
#include <set>

#include "coordinator/core/operations.h"
#include "coordinator/core/redundancy.h"
#include "coordinator/core/replica_health.h"
#include "coordinator/core/show_life.h"
#include "coordinator/core/watch.h"
#include "proto/plan/media_time.h"
#include "proto/plan/routes.h"

namespace continuo::coordinator {
namespace {

using plan::ReplicaState;

constexpr Nanoseconds kRaiseAgain = 1'000'000'000;
constexpr Nanoseconds kDivergenceWindow = 1'000'000'000;
// What an agent says of its replicas before they can have begun is no news.
constexpr Frames kSettled = kSampleRate / 2;

/// Raises it unless that was done a moment ago: the ledger may not have been able to take it.
void RaiseOnce(Watch& watch, Evidence::What what, std::uint64_t about, Input input,
               Effects& effects) {
  const auto [last, is_new] = watch.evidence.raised.try_emplace({what, about}, input.time);
  if (!is_new && input.time - last->second < kRaiseAgain) return;
  last->second = input.time;
  effects.emplace_back(Raise{std::move(input)});
}

bool IsOn(const Ledger& ledger, Nanoseconds time) {
  const ShowPhase phase = PhaseAt(ledger, time);
  return phase == ShowPhase::kDated || phase == ShowPhase::kPlaying;
}

/// What a task has on that node; nullptr if nothing.
const plan::Replica* ReplicaOn(const plan::Plan& plan, dsp::TaskId id, plan::NodeId node) {
  const plan::Task* task = plan::FindTask(plan, id);
  if (task == nullptr) return nullptr;
  for (const plan::Replica& replica : task->replicas) {
    if (replica.node == node) return &replica;
  }
  return nullptr;
}

/// Can this become of that replica now? What was told about the one before it on this node comes late.
bool Fits(plan::IncidentKind kind, const plan::Replica& replica, ReplicaState state) {
  const bool joins = state == ReplicaState::kSubscribed;
  const bool is_witness = replica.role == plan::Role::kWitness;
  switch (kind) {
    case plan::IncidentKind::kJoined:  // of a witness its status says so
      return joins && !is_witness;
    case plan::IncidentKind::kJoinFailed:
      return joins;
    case plan::IncidentKind::kRetired:
      return replica.leaving && state != ReplicaState::kRetired;
    case plan::IncidentKind::kResumed:
      return is_witness && state != ReplicaState::kInSync;
    default:
      return false;
  }
}

/// The joiner that this node has just told to have joined, or failed.
void RaiseFromIncident(const Ledger& ledger, const NodeRecord& node, const plan::Incident& incident,
                       Nanoseconds time, Effects& effects) {
  ReplicaState state = ReplicaState::kInSync;
  if (incident.kind == plan::IncidentKind::kRetired) state = ReplicaState::kRetired;
  if (incident.kind == plan::IncidentKind::kJoinFailed) state = ReplicaState::kEmpty;
  const plan::Replica* replica = ReplicaOn(ledger.plan, incident.task, node.id);
  if (replica == nullptr || IsDoubted(ledger, node.id)) return;
  const ReplicaRecord* record = FindRecord(ledger, incident.task, replica->incarnation);
  if (record == nullptr) return;
  if (!Fits(incident.kind, *replica, record->state)) return;
  const std::string why = state == ReplicaState::kEmpty ? incident.text : "";
  effects.emplace_back(
      Raise{{time, ReplicaChanged{incident.task, replica->incarnation, state, incident.n, why}}});
}

/// Who of a task's replicas is in the most pairs of copies that differ, over how many packets.
void RaiseDivergence(Watch& watch, const Ledger& ledger, dsp::TaskId id, Nanoseconds time,
                     Effects& effects) {
  const plan::Task* task = plan::FindTask(ledger.plan, id);
  if (task == nullptr) return;
  std::map<plan::NodeId, std::set<MediaTime>> packets;
  // What a replica that is gone did says nothing of those that are left.
  const auto is_sound = [&](plan::NodeId node) {
    const plan::Replica* replica = ReplicaOn(ledger.plan, id, node);
    return replica != nullptr && HealthOf(ledger, *task, *replica) == Health::kSound;
  };
  for (const Evidence::Divergence& one : watch.evidence.divergences) {
    if (one.task != id || !is_sound(one.kept) || !is_sound(one.differing)) continue;
    packets[one.kept].insert(one.n);
    packets[one.differing].insert(one.n);
  }
  // Where two differ nobody can say which is wrong: the older one stays. Of three, the wrong one is in every pair.
  const plan::Replica* wrong = nullptr;
  std::size_t most = kDivergencesToBelieve;
  for (const plan::Replica& replica : task->replicas) {
    const std::size_t count = packets[replica.node].size();
    if (count < most) continue;
    most = count;
    wrong = &replica;  // incarnations are in order, so of equals the youngest
  }
  if (wrong == nullptr) return;
  const MediaTime n = watch.evidence.divergences.back().n;
  std::erase_if(watch.evidence.divergences,
                [id](const Evidence::Divergence& one) { return one.task == id; });
  effects.emplace_back(Raise{{time, ReplicaDiverged{id, wrong->incarnation, n}}});
}

bool IsJoining(ReplicaState state) {
  return state == ReplicaState::kSubscribed || state == ReplicaState::kSnapshot ||
         state == ReplicaState::kCatchUp || state == ReplicaState::kShadow;
}

/// What a joiner says of its failure holds whatever else it says.
ReplicaState StateIn(const plan::ReplicaStatus& said) {
  return IsJoining(said.state) && !said.join.error.empty() ? ReplicaState::kEmpty : said.state;
}

/// Does the ledger have to know?
bool IsNews(Watch& watch, const ReplicaRecord& record, const plan::ReplicaStatus& said) {
  const ReplicaState state = StateIn(said);
  int& fenced = watch.evidence.fenced[record.incarnation];
  fenced = state == ReplicaState::kFenced ? fenced + 1 : 0;
  if (record.state == ReplicaState::kRetired || IsJoining(state)) return false;
  if (state == ReplicaState::kEmpty && record.state == ReplicaState::kSubscribed) {
    return !said.join.error.empty();  // else it has not begun yet
  }
  // Whoever was stopped for a moment comes back by himself.
  if (state == ReplicaState::kFenced && fenced < 2) return false;
  return record.unsure || state != record.state;
}

MediaTime SinceWhen(const plan::ReplicaStatus& said, MediaTime now) {
  if (said.state == ReplicaState::kRetired && said.retired_at != 0) return said.retired_at;
  if (said.state == ReplicaState::kInSync && said.join.in_sync_at != 0) return said.join.in_sync_at;
  return now;
}

bool RunsExcluded(const Watch& watch, const Ledger& ledger, plan::NodeId node, Nanoseconds time) {
  for (const auto& [task, when] : watch.evidence.excluded) {
    if (time - when > kExclusionForgotten) continue;
    if (ReplicaOn(ledger.plan, task, node) != nullptr) return true;
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

void ConcludeLingering(Watch& watch, const Ledger& ledger, Nanoseconds time, Effects& effects) {
  const MediaTime now = plan::MediaTimeAt(ledger.media, time);
  for (const ReplicaRecord& record : ledger.replicas) {
    if (record.state != ReplicaState::kRetired || now < record.n + kLinger) continue;
    RaiseOnce(watch, Evidence::What::kLinger, record.incarnation,
              {time, ReplicaChanged{record.task, record.incarnation, ReplicaState::kEmpty, now,
                                    std::string(), false}},
              effects);
  }
}

}  // namespace

void WeighIncident(Watch& watch, const Ledger& ledger, const NodeRecord& node,
                   const plan::Incident& incident, Nanoseconds time, Effects& effects) {
  if (!IsOn(ledger, time)) return;
  switch (incident.kind) {
    case plan::IncidentKind::kExcluded:
      watch.evidence.excluded[incident.task] = time;
      return;
    case plan::IncidentKind::kDivergence:
      watch.evidence.divergences.push_back(
          {time, incident.task, incident.n, incident.kept, incident.differing});
      while (time - watch.evidence.divergences.front().time > kDivergenceWindow) {
        watch.evidence.divergences.pop_front();
      }
      return RaiseDivergence(watch, ledger, incident.task, time, effects);
    case plan::IncidentKind::kJoined:
    case plan::IncidentKind::kRetired:
    case plan::IncidentKind::kJoinFailed:
    case plan::IncidentKind::kResumed:
      return RaiseFromIncident(ledger, node, incident, time, effects);
    default:
      return;
  }
}

void WeighStatus(Watch& watch, const Ledger& ledger, const NodeRecord& node,
                 const plan::Status& status, Nanoseconds time, Effects& effects) {
  if (!IsOn(ledger, time) || IsDoubted(ledger, node.id)) return;
  if (status.now < std::max(ledger.plan.start_n + kSettled, node.trusted_n)) return;
  std::vector<ReplicaChanged> news;
  for (const plan::ReplicaStatus& said : status.replicas) {
    const ReplicaRecord* record = FindRecord(ledger, said.task, said.incarnation);
    if (record == nullptr || record->node != node.id || !IsNews(watch, *record, said)) continue;
    if (status.now < record->n) continue;  // composed before what is known already
    news.push_back({said.task, said.incarnation, StateIn(said), SinceWhen(said, status.now),
                    said.join.error, true});
  }
  if (news.empty()) return;
  news.back().more = false;
  for (ReplicaChanged& one : news) effects.emplace_back(Raise{{time, std::move(one)}});
}

void Conclude(Watch& watch, const Ledger& ledger, Nanoseconds time, Effects& effects) {
  const bool is_on = IsOn(ledger, time);
  for (const NodeRecord& node : ledger.nodes) {
    ConcludeLiveness(watch, node, ledger, time, effects);
    if (is_on) ConcludeDoubt(watch, node, ledger, time, effects);
  }
  if (is_on) ConcludeLingering(watch, ledger, time, effects);
  for (const OperationRecord& operation : ledger.operations) {
    const bool overdue = operation.deadline != 0 && time >= operation.deadline;
    if (HasEnded(operation.phase) || (is_on && !overdue)) continue;
    RaiseOnce(watch, Evidence::What::kOverdue, operation.id,
              {time, OperationTimedOut{operation.id}}, effects);
  }
}

}  // namespace continuo::coordinator
