// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/redundancy.h"

#include <algorithm>
#include <cstddef>
#include <map>

#include "coordinator/core/replica_health.h"
#include "proto/plan/media_time.h"

namespace continuo::coordinator {
namespace {

/// Where the open ones stand.
std::map<dsp::TaskId, std::size_t> OpenGaps(const Watch& watch) {
  std::map<dsp::TaskId, std::size_t> open;
  for (std::size_t i = 0; i < watch.gaps.size(); ++i) {
    if (watch.gaps[i].to_n == 0) open.emplace(watch.gaps[i].task, i);
  }
  return open;
}

/// One of its nodes has not attached in this term yet, and was there to the end of the last one.
bool IsAwaited(const Watch& watch, const Ledger& ledger, const plan::Task& task) {
  return std::any_of(task.replicas.begin(), task.replicas.end(), [&](const plan::Replica& replica) {
    const NodeRecord* node = FindNode(ledger, replica.node);
    return watch.detector.LivenessOf(replica.node) == Liveness::kDetached && node->lost_n == 0;
  });
}

/// When the task was last known to be whole: before the first of its nodes was lost.
MediaTime LastWhole(const Watch& watch, const Ledger& ledger, const plan::Task& task,
                    MediaTime now) {
  MediaTime whole = now;
  for (const plan::Replica& replica : task.replicas) {
    const NodeRecord* node = FindNode(ledger, replica.node);
    if (IsLive(watch, ledger, replica) || node->lost_n == 0) continue;
    whole = std::min(whole, node->lost_n);
  }
  return std::max(whole, ledger.plan.start_n);
}

}  // namespace

bool IsLive(const Watch& watch, const Ledger& ledger, const plan::Replica& replica) {
  const NodeRecord* node = FindNode(ledger, replica.node);
  if (node == nullptr || !HasPlan(ledger, *node) || node->dead || node->doubted) {
    return false;
  }
  return watch.detector.LivenessOf(replica.node) != Liveness::kDetached;
}

const plan::ReplicaStatus* StatusOf(const Watch& watch, dsp::TaskId task,
                                    const plan::Replica& replica) {
  const auto report = watch.reports.find(replica.node);
  if (report == watch.reports.end()) return nullptr;
  for (const plan::ReplicaStatus& status : report->second.status.replicas) {
    if (status.task == task && status.incarnation == replica.incarnation) return &status;
  }
  return nullptr;
}

namespace {

/// The ledger knows of what was concluded; a node's own word may be a moment newer.
bool IsInSync(const Watch& watch, const Ledger& ledger, const plan::Task& task,
              const plan::Replica& replica) {
  const Health health = HealthOf(ledger, task, replica);
  if (!IsLive(watch, ledger, replica) || health != Health::kSound) return false;
  const auto* status = StatusOf(watch, task.description.id, replica);
  return status == nullptr || (status->state != plan::ReplicaState::kEmpty &&
                               status->state != plan::ReplicaState::kTainted &&
                               status->state != plan::ReplicaState::kFenced &&
                               status->state != plan::ReplicaState::kRetired);
}

/// From when on the youngest of those in sync has been: a joiner's packets are played from a sample that its admission
/// names.
MediaTime LatestJoin(const Ledger& ledger, const plan::Task& task) {
  MediaTime latest = 0;
  for (const plan::Replica& replica : task.replicas) {
    if (replica.origin != plan::Origin::kJoiner) continue;
    const ReplicaRecord* record = FindRecord(ledger, task.description.id, replica.incarnation);
    if (HealthOf(ledger, task, replica) == Health::kSound) latest = std::max(latest, record->n);
  }
  return latest;
}

}  // namespace

int CountInSync(const Watch& watch, const Ledger& ledger, const plan::Task& task) {
  return static_cast<int>(
      std::count_if(task.replicas.begin(), task.replicas.end(), [&](const plan::Replica& replica) {
        return replica.role == plan::Role::kCompute && IsInSync(watch, ledger, task, replica);
      }));
}

void UpdateGaps(Watch& watch, const Ledger& ledger, Nanoseconds time) {
  const MediaTime now = plan::MediaTimeAt(ledger.media, time);
  const bool early = time - watch.term_began < kReattachGrace;
  if (watch.gaps_known) return;
  watch.gaps_known = !early;
  const std::map<dsp::TaskId, std::size_t> open_gaps = OpenGaps(watch);
  for (const plan::Task& task : ledger.plan.tasks) {
    if (task.span.ends != dsp::kForever) continue;
    if (early && IsAwaited(watch, ledger, task)) continue;
    const dsp::TaskId id = task.description.id;
    const bool whole = CountInSync(watch, ledger, task) >= task.wanted;
    const auto open = open_gaps.find(id);
    if (whole && open != open_gaps.end()) {
      const MediaTime joined = LatestJoin(ledger, task);
      RedundancyGap& gap = watch.gaps[open->second];
      gap.to_n = joined > gap.from_n ? joined : now;
    }
    if (!whole && open == open_gaps.end()) {
      watch.gaps.push_back({id, LastWhole(watch, ledger, task, now), 0});
    }
  }
}

}  // namespace continuo::coordinator
