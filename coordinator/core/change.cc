// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/change.h"

#include "coordinator/core/replica_health.h"
#include "proto/plan/media_time.h"

namespace continuo::coordinator {

Change::Change(Ledger& of, Nanoseconds at, Effects& out)
    : ledger(of), time(at), now(plan::MediaTimeAt(of.plan.media, at)), effects(out) {}

const Room& Change::room() {
  if (!room_) room_ = RoomOf(ledger);
  return *room_;
}

Incarnation Change::Join(plan::Task& task, plan::NodeId node, plan::Role role) {
  const Incarnation incarnation = NextIncarnation(ledger, task);
  // Incarnations grow, so the list stays in their order.
  task.replicas.push_back({node, incarnation, plan::Origin::kJoiner, role, false});
  ledger.replicas.push_back({.task = task.description.id,
                             .incarnation = incarnation,
                             .node = node,
                             .state = plan::ReplicaState::kSubscribed,
                             .heard = false,
                             .n = now,
                             .error = {}});
  if (room_) {
    AddReplica(room_->occupancy, room_->Of(task.description.id), task.replicas.back(),
               room_->fleet);
  }
  Stepped();
  return incarnation;
}

void Change::Drop(plan::Task& task, Incarnation incarnation) {
  const auto is_it = [incarnation](const auto& replica) {
    return replica.incarnation == incarnation;
  };
  if (std::erase_if(task.replicas, is_it) != 0) Stepped();
  room_.reset();
  std::erase_if(ledger.replicas, [&](const ReplicaRecord& record) {
    return record.task == task.description.id && is_it(record);
  });
}

void Change::SetLeaving(plan::Task& task, Incarnation incarnation, bool leaving) {
  plan::Replica* replica = FindReplica(task, incarnation);
  if (replica == nullptr || replica->leaving == leaving) return;
  replica->leaving = leaving;
  room_.reset();
  ReplicaRecord* record = FindRecord(ledger, task.description.id, incarnation);
  if (record != nullptr) record->leaving_n = leaving ? now : 0;
  Stepped();
}

void Change::SetRole(plan::Task& task, Incarnation incarnation, plan::Role role) {
  plan::Replica* replica = FindReplica(task, incarnation);
  if (replica == nullptr || replica->role == role) return;
  replica->role = role;
  room_.reset();
  Stepped();
}

void Change::SetWanted(plan::Task& task, int wanted) {
  if (task.wanted == wanted) return;
  task.wanted = wanted;
  room_.reset();
  Stepped();
}

}  // namespace continuo::coordinator
