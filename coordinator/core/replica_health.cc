// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/replica_health.h"

#include <algorithm>

namespace continuo::coordinator {
namespace {

using plan::ReplicaState;

template <typename T>
auto* ReplicaIn(T& task, Incarnation incarnation) {
  const auto found = std::find_if(
      task.replicas.begin(), task.replicas.end(),
      [incarnation](const plan::Replica& replica) { return replica.incarnation == incarnation; });
  return found == task.replicas.end() ? nullptr : &*found;
}

template <typename L>
auto* RecordIn(L& ledger, dsp::TaskId task, Incarnation incarnation) {
  auto& records = ledger.replicas;  // by incarnation, and each of one task
  const auto found = std::lower_bound(
      records.begin(), records.end(), incarnation,
      [](const ReplicaRecord& record, Incarnation wanted) { return record.incarnation < wanted; });
  const bool is_it =
      found != records.end() && found->incarnation == incarnation && found->task == task;
  return is_it ? &*found : nullptr;
}

}  // namespace

Health HealthOf(const Ledger& ledger, const plan::Task& task, const plan::Replica& replica) {
  const ReplicaRecord* record = FindRecord(ledger, task.description.id, replica.incarnation);
  if (record == nullptr || record->diverged) return Health::kLost;
  // Of what has left or was lost nothing better is to be heard, whatever its node does.
  if (record->state == ReplicaState::kEmpty) return Health::kLost;
  if (record->state == ReplicaState::kRetired) return Health::kRetired;
  if (record->unsure || IsDoubted(ledger, replica.node)) return Health::kDoubted;
  switch (record->state) {
    case ReplicaState::kInSync:
      return Health::kSound;
    case ReplicaState::kTainted:
      return Health::kTainted;
    case ReplicaState::kWitness:
      return Health::kWitness;
    case ReplicaState::kFenced:
      return Health::kLost;
    default:
      return Health::kJoining;
  }
}

Census Count(const Ledger& ledger, const plan::Task& task) {
  Census census;
  for (const plan::Replica& replica : task.replicas) {
    const Health health = HealthOf(ledger, task, replica);
    if (replica.role == plan::Role::kWitness) {
      const bool counts = health == Health::kWitness || health == Health::kJoining;
      census.witnesses += counts && !replica.leaving;
    } else if (replica.leaving) {
      census.sound_leaving += health == Health::kSound;
    } else {
      census.sound += health == Health::kSound;
      census.tainted += health == Health::kTainted;
      census.joining += health == Health::kJoining;
    }
  }
  return census;
}

plan::Task* FindTask(Ledger& ledger, dsp::TaskId id) {
  return const_cast<plan::Task*>(plan::FindTask(ledger.plan, id));
}

plan::Replica* FindReplica(plan::Task& task, Incarnation incarnation) {
  return ReplicaIn(task, incarnation);
}
const plan::Replica* FindReplica(const plan::Task& task, Incarnation incarnation) {
  return ReplicaIn(task, incarnation);
}

const plan::Replica* FindReplicaOn(const plan::Plan& plan, dsp::TaskId id, plan::NodeId node) {
  const plan::Task* task = plan::FindTask(plan, id);
  if (task == nullptr) return nullptr;
  for (const plan::Replica& replica : task->replicas) {
    if (replica.node == node) return &replica;
  }
  return nullptr;
}

ReplicaRecord* FindRecord(Ledger& ledger, dsp::TaskId task, Incarnation incarnation) {
  return RecordIn(ledger, task, incarnation);
}
const ReplicaRecord* FindRecord(const Ledger& ledger, dsp::TaskId task, Incarnation incarnation) {
  return RecordIn(ledger, task, incarnation);
}

bool IsDoubted(const Ledger& ledger, plan::NodeId node) {
  const NodeRecord* record = FindNode(ledger, node);
  return record == nullptr || record->doubted || record->dead;
}

std::string NameOf(const Ledger& ledger, plan::NodeId node) {
  const NodeRecord* record = FindNode(ledger, node);
  return record == nullptr ? "node " + std::to_string(node) : record->hello.name;
}
std::string NameOf(const plan::Task& task) {
  return std::string(task.description.name.view());
}

}  // namespace continuo::coordinator
