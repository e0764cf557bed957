// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/redundancy.h"

#include <algorithm>

#include "proto/plan/media_time.h"

namespace continuo::coordinator {
namespace {

RedundancyGap* OpenGap(Watch& watch, dsp::TaskId task) {
  for (RedundancyGap& gap : watch.gaps) {
    if (gap.task == task && gap.to_n == 0) return &gap;
  }
  return nullptr;
}

}  // namespace

bool IsLive(const Watch& watch, const Ledger& ledger, const plan::Replica& replica) {
  const NodeRecord* node = FindNode(ledger, replica.node);
  if (node == nullptr || node->prepared != ledger.plan.version) return false;
  const Liveness liveness = watch.detector.LivenessOf(replica.node);
  return liveness == Liveness::kAlive || liveness == Liveness::kSuspect;
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

int CountInSync(const Watch& watch, const Ledger& ledger, const plan::Task& task) {
  return static_cast<int>(
      std::count_if(task.replicas.begin(), task.replicas.end(), [&](const plan::Replica& replica) {
        const auto* status = StatusOf(watch, task.description.id, replica);
        return IsLive(watch, ledger, replica) &&
               (status == nullptr || status->state == plan::ReplicaState::kInSync);
      }));
}

void UpdateGaps(Watch& watch, const Ledger& ledger, Nanoseconds time) {
  if (time - watch.term_began < kReattachGrace) return;
  const MediaTime now = plan::MediaTimeAt(ledger.media, time);
  for (const plan::Task& task : ledger.plan.tasks) {
    const dsp::TaskId id = task.description.id;
    const bool whole = CountInSync(watch, ledger, task) == static_cast<int>(task.replicas.size());
    RedundancyGap* open = OpenGap(watch, id);
    if (whole && open != nullptr) open->to_n = now;
    if (!whole && open == nullptr) watch.gaps.push_back({id, now, 0});
  }
}

}  // namespace continuo::coordinator
