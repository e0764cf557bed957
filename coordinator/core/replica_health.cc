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
auto* RecordIn(L& ledger, Incarnation incarnation) {
  auto& records = ledger.replicas;
  const auto found = std::lower_bound(
      records.begin(), records.end(), incarnation,
      [](const ReplicaRecord& record, Incarnation wanted) { return record.incarnation < wanted; });
  const bool is_it = found != records.end() && found->incarnation == incarnation;
  return is_it ? &*found : nullptr;
}

template <typename L>
auto* RecordIn(L& ledger, dsp::TaskId task, Incarnation incarnation) {
  auto* const record = RecordIn(ledger, incarnation);
  return record != nullptr && record->task == task ? record : nullptr;
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

bool IsHeard(const Ledger& ledger, Incarnation incarnation) {
  const ReplicaRecord* const record = RecordIn(ledger, incarnation);
  return record != nullptr && record->heard;
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
      census.unheard += health == Health::kSound && !IsHeard(ledger, replica.incarnation);
      census.tainted += health == Health::kTainted;
      census.joining += health == Health::kJoining;
    }
  }
  return census;
}

namespace {

constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

std::size_t PlaceOf(const Ledger& ledger, dsp::TaskId id) {
  const plan::SharedList<plan::Task>& tasks = ledger.plan.tasks;
  const auto is_at = [&](std::size_t i) {
    return i < tasks.size() && tasks[i].description.id == id;
  };
  if (is_at(id - 1u)) return id - 1u;  // where it stands in a plan that no other was made of
  auto& places = ledger.task_hints.places;
  const auto hint = places.find(id);
  if (hint != places.end() && is_at(hint->second)) return hint->second;
  places.clear();
  for (std::size_t i = 0; i < tasks.size(); ++i) places.emplace(tasks[i].description.id, i);
  const auto found = places.find(id);
  return found == places.end() ? kNowhere : found->second;
}

}  // namespace

const plan::Task* FindTask(const Ledger& ledger, dsp::TaskId id) {
  const std::size_t place = PlaceOf(ledger, id);
  return place == kNowhere ? nullptr : &ledger.plan.tasks[place];
}
plan::Task* FindTask(Ledger& ledger, dsp::TaskId id) {
  const std::size_t place = PlaceOf(ledger, id);
  return place == kNowhere ? nullptr : &ledger.plan.tasks[place];
}

plan::Replica* FindReplica(plan::Task& task, Incarnation incarnation) {
  return ReplicaIn(task, incarnation);
}
const plan::Replica* FindReplica(const plan::Task& task, Incarnation incarnation) {
  return ReplicaIn(task, incarnation);
}

const plan::Replica* ComputingOn(const plan::Task& task, plan::NodeId node) {
  for (const plan::Replica& replica : task.replicas) {
    if (replica.node == node && replica.role == plan::Role::kCompute) return &replica;
  }
  return nullptr;
}

const plan::Replica* FindReplicaOn(const plan::Plan& plan, dsp::TaskId id, plan::NodeId node) {
  const plan::Task* task = plan::FindTask(plan, id);
  if (task == nullptr) return nullptr;
  for (const plan::Replica& replica : task->replicas) {
    if (replica.node == node) return &replica;
  }
  return nullptr;
}

const ReplicaRecord* RecordOf(const Ledger& ledger, Incarnation incarnation) {
  return RecordIn(ledger, incarnation);
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
