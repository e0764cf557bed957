// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/evidence.h"

#include <algorithm>

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

constexpr Nanoseconds kDivergenceWindow = 1'000'000'000;
// What an agent says of its replicas before they can have begun is no news.
constexpr Frames kSettled = kSampleRate / 2;

bool IsOn(const Ledger& ledger, Nanoseconds time) {
  const ShowPhase phase = PhaseAt(ledger, time);
  return phase == ShowPhase::kDated || phase == ShowPhase::kPlaying;
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

/// The replica that this node has just said something of. What it says of one that is in the plan no more comes late.
const plan::Replica* MeantBy(const plan::Plan& plan, plan::NodeId node,
                             const plan::Incident& incident) {
  const plan::Task* task = plan::FindTask(plan, incident.task);
  if (task == nullptr) return nullptr;
  for (const plan::Replica& replica : task->replicas) {
    if (replica.node == node && replica.incarnation == incident.incarnation) return &replica;
  }
  return nullptr;
}

/// The joiner that this node has just told to have joined, or failed.
void RaiseFromIncident(Watch& watch, const Ledger& ledger, const NodeRecord& node,
                       const plan::Incident& incident, Nanoseconds time, Effects& effects) {
  ReplicaState state = ReplicaState::kInSync;
  if (incident.kind == plan::IncidentKind::kRetired) state = ReplicaState::kRetired;
  if (incident.kind == plan::IncidentKind::kJoinFailed) state = ReplicaState::kEmpty;
  const plan::Replica* replica = MeantBy(ledger.plan, node.id, incident);
  if (replica == nullptr || IsDoubted(ledger, node.id)) return;
  const ReplicaRecord* record = FindRecord(ledger, incident.task, replica->incarnation);
  if (record == nullptr) return;
  if (!Fits(incident.kind, *replica, record->state)) return;
  ReplicaChanged changed{incident.task, replica->incarnation, state, incident.n, {}, false};
  if (state == ReplicaState::kEmpty) changed.error = incident.text;
  // A joiner is in sync from the sample on at which its packets are played; not when that was agreed.
  if (incident.kind == plan::IncidentKind::kJoined &&
      incident.n > plan::MediaTimeAt(ledger.media, time)) {
    watch.evidence.admitted[replica->incarnation] = changed;
  } else {
    if (state == ReplicaState::kInSync) {
      changed.heard = HeardByAll(watch, ledger, changed.task, changed.incarnation, time);
    }
    effects.emplace_back(Raise{{time, std::move(changed)}});
  }
}

/// A joiner whose state is that of nobody will be admitted by nobody. If there is somebody whose state it has, one of
/// the members is wrong, and it may yet come in.
void WeighMismatch(Watch& watch, const Ledger& ledger, plan::NodeId teller,
                   const plan::Incident& incident, Nanoseconds time, Effects& effects) {
  const plan::Task* task = FindTask(ledger, incident.task);
  const ReplicaRecord* joiner = FindRecord(ledger, incident.task, incident.incarnation);
  if (task == nullptr || joiner == nullptr || joiner->state != ReplicaState::kSubscribed) return;
  std::set<plan::NodeId>& tellers = watch.evidence.mismatched[incident.incarnation];
  tellers.insert(teller);
  const bool is_one = std::ranges::any_of(task->replicas, [&](const plan::Replica& replica) {
    return HealthOf(ledger, *task, replica) == Health::kSound && !tellers.contains(replica.node);
  });
  if (is_one) return;
  watch.evidence.mismatched.erase(incident.incarnation);
  effects.emplace_back(Raise{
      {time, ReplicaChanged{incident.task, incident.incarnation, ReplicaState::kEmpty, incident.n,
                            "the state that it was given is not that of its fellows", false}}});
}

using Pairs = std::set<std::pair<plan::NodeId, plan::NodeId>>;

/// Who is in the most of these pairs: of three replicas the odd one, of two both.
std::set<plan::NodeId> OddOnes(const Pairs& pairs) {
  std::map<plan::NodeId, int> counts;
  int most = 0;
  for (const auto& [one, other] : pairs) {
    most = std::max({most, ++counts[one], ++counts[other]});
  }
  std::set<plan::NodeId> odd;
  for (const auto& [node, count] : counts) {
    if (count == most) odd.insert(node);
  }
  return odd;
}

/// The replica that was the odd one in enough packets, and in more than any other. Where only two are left and they
/// differ nobody can say which is wrong: the older one stays.
const plan::Replica* WrongOne(const plan::Task& task, int sound,
                              const std::map<MediaTime, Pairs>& packets) {
  std::map<plan::NodeId, int> blamed;
  for (const auto& [n, pairs] : packets) {
    for (const plan::NodeId node : OddOnes(pairs)) ++blamed[node];
  }
  const plan::Replica* wrong = nullptr;
  int most = kDivergencesToBelieve - 1;
  for (const plan::Replica& replica : task.replicas) {  // in the order of their incarnations
    const int count = blamed[replica.node];
    if (count > most || (count == most && sound == 2 && wrong != nullptr)) {
      wrong = &replica;
    } else if (count == most) {
      wrong = nullptr;
    }
    most = std::max(most, count);
  }
  return wrong;
}

/// Pairs of copies that differ are votes on who of a task's replicas is wrong.
void RaiseDivergence(Watch& watch, const Ledger& ledger, dsp::TaskId id, Nanoseconds time,
                     Effects& effects) {
  const plan::Task* task = FindTask(ledger, id);
  if (task == nullptr) return;
  // What a replica that is gone did says nothing of those that are left.
  const auto is_sound = [&](plan::NodeId node) {
    const plan::Replica* replica = FindReplicaOn(ledger.plan, id, node);
    return replica != nullptr && HealthOf(ledger, *task, *replica) == Health::kSound;
  };
  std::map<MediaTime, Pairs> packets;
  for (const Evidence::Divergence& one : watch.evidence.divergences) {
    if (one.task != id || !is_sound(one.kept) || !is_sound(one.differing)) continue;
    packets[one.n].insert(std::minmax(one.kept, one.differing));
  }
  const Census census = Count(ledger, *task);
  const plan::Replica* const wrong = WrongOne(*task, census.sound + census.sound_leaving, packets);
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

/// What a joiner says of its failure holds whatever else it says; how far it is does not matter to the ledger.
ReplicaState StateIn(const plan::ReplicaStatus& said) {
  if (!IsJoining(said.state)) return said.state;
  return said.join.error.empty() ? ReplicaState::kSubscribed : ReplicaState::kEmpty;
}

/// Does the ledger have to know?
bool IsNews(Watch& watch, const ReplicaRecord& record, const plan::ReplicaStatus& said,
            MediaTime now) {
  const ReplicaState state = StateIn(said);
  MediaTime fenced_since = now;
  if (state == ReplicaState::kFenced) {
    fenced_since = watch.evidence.fenced.try_emplace(record.incarnation, now).first->second;
  } else {
    watch.evidence.fenced.erase(record.incarnation);
  }
  if (record.state == ReplicaState::kRetired) return false;
  const bool joins = record.state == ReplicaState::kSubscribed;
  if (IsJoining(state)) return joins && record.unsure;
  if (state == ReplicaState::kEmpty && joins) {
    // Else it has not begun yet.
    return record.unsure || !said.join.error.empty() || said.join.in_sync_at != 0;
  }
  // A founder that nobody has heard of yet may be about to begin.
  const bool is_new =
      (record.state == ReplicaState::kInSync || record.state == ReplicaState::kWitness) &&
      !record.unsure && now < record.n + kSettled;
  if (state == ReplicaState::kEmpty && is_new) return false;
  // Whoever was stopped for a moment comes back by himself. Two reports may tell of the same moment.
  if (state == ReplicaState::kFenced && now <= fenced_since) return false;
  return record.unsure || state != record.state;
}

MediaTime SinceWhen(const plan::ReplicaStatus& said, MediaTime now) {
  if (said.state == ReplicaState::kRetired && said.retired_at != 0) return said.retired_at;
  if (said.state == ReplicaState::kInSync && said.join.in_sync_at != 0) return said.join.in_sync_at;
  return now;
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
    case plan::IncidentKind::kHashDiffers:
      return WeighMismatch(watch, ledger, node.id, incident, time, effects);
    case plan::IncidentKind::kJoined:
    case plan::IncidentKind::kRetired:
    case plan::IncidentKind::kJoinFailed:
    case plan::IncidentKind::kResumed:
      return RaiseFromIncident(watch, ledger, node, incident, time, effects);
    default:
      return;
  }
}

void WeighStatus(Watch& watch, const Ledger& ledger, const NodeRecord& node,
                 const plan::Status& status, Nanoseconds time, Effects& effects) {
  if (!IsOn(ledger, time) || IsDoubted(ledger, node.id)) return;
  if (status.now < node.trusted_n) return;
  const MediaTime now = plan::MediaTimeAt(ledger.media, time);
  watch.load.Weigh(ledger, node.id, status, time, effects);
  std::vector<ReplicaChanged> news;
  for (const plan::ReplicaStatus& said : status.replicas) {
    // What was composed before the last news of a replica is older than that.
    const ReplicaRecord* record = FindRecord(ledger, said.task, said.incarnation);
    if (record == nullptr || record->node != node.id || status.now < record->n) continue;
    if (!IsNews(watch, *record, said, status.now)) continue;
    const bool is_to_come =
        said.join.in_sync_at > now || watch.evidence.admitted.contains(said.incarnation);
    if (said.state == ReplicaState::kInSync && is_to_come) continue;
    news.push_back({said.task, said.incarnation, StateIn(said), SinceWhen(said, status.now),
                    said.join.error, true});
    if (!record->heard && said.state == ReplicaState::kInSync) {
      news.back().heard = HeardByAll(watch, ledger, said.task, said.incarnation, time);
    }
  }
  if (news.empty()) return;
  news.back().more = false;
  for (ReplicaChanged& one : news) effects.emplace_back(Raise{{time, std::move(one)}});
}

}  // namespace continuo::coordinator
