// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/replica_news.h"

#include "coordinator/core/replica_health.h"
#include "proto/plan/media_time.h"

namespace continuo::coordinator {

using plan::ReplicaState;

void TakeChange(Ledger& ledger, const ReplicaChanged& changed) {
  ReplicaRecord* record = FindRecord(ledger, changed.task, changed.incarnation);
  if (record == nullptr) return;
  // Whoever has left does not come back; all that can still happen is that it need not linger any longer.
  if (record->state == ReplicaState::kRetired && changed.state != ReplicaState::kEmpty) return;
  record->state = changed.state;
  record->unsure = record->unsure && IsDoubted(ledger, record->node);
  record->n = changed.n;
  record->error = changed.error;
  record->heard |= changed.heard;
}

void TakeDivergence(Ledger& ledger, const ReplicaDiverged& diverged) {
  ReplicaRecord* record = FindRecord(ledger, diverged.task, diverged.incarnation);
  if (record == nullptr) return;
  record->diverged = true;
  record->n = diverged.n;
}

void Doubt(Ledger& ledger, NodeRecord& node, MediaTime last_heard) {
  node.doubted = true;
  // Its stream may have ended earlier than its last beat was counted as missing.
  if (node.lost_n == 0 || node.lost_n > last_heard) node.lost_n = last_heard;
  for (ReplicaRecord& record : ledger.replicas) {
    if (record.node == node.id) record.unsure = true;
  }
}

void Trust(Ledger& ledger, NodeRecord& node, Nanoseconds time) {
  if (node.doubted || node.dead) node.trusted_n = plan::MediaTimeAt(ledger.media, time);
  node.doubted = false;
  node.dead = false;
  node.lost_n = 0;
}

void LoseReplicas(Ledger& ledger, const NodeRecord& node, MediaTime now) {
  for (ReplicaRecord& record : ledger.replicas) {
    if (record.node != node.id) continue;
    record.state = ReplicaState::kEmpty;
    record.unsure = false;
    record.n = now;
    record.error = node.hello.name + " was started again";
  }
}

void FailJoiners(Ledger& ledger, const NodeRecord& node, const std::string& error,
                 Effects& effects) {
  effects.emplace_back(LogLine{Severity::kWarning,
                               node.hello.name + " cannot play the plan that was sent: " + error});
  for (ReplicaRecord& record : ledger.replicas) {
    if (record.node != node.id || record.state != ReplicaState::kSubscribed) continue;
    record.state = ReplicaState::kEmpty;
    record.error = error;
  }
}

}  // namespace continuo::coordinator
