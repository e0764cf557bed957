// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "coordinator/core/join_attempt.h"
#include "coordinator/core/operations.h"
#include "coordinator/core/replica_health.h"
#include "coordinator/core/request_rules.h"
#include "coordinator/core/requests.h"
#include "coordinator/core/room.h"
#include "proto/plan/plan.h"

namespace continuo::coordinator {
namespace {

/// How many there could be, up to `wanted`; `why_not` says what is in the way of one more.
int Reachable(const Ledger& ledger, const plan::Task& task, int wanted, std::string& why_not) {
  const Room room = RoomOf(ledger);
  std::vector<plan::NodeId> taken;
  for (const plan::Replica& replica : task.replicas) {
    // A witness makes way, and what is not well is replaced.
    const Health health = HealthOf(ledger, task, replica);
    const bool stays = health == Health::kSound || health == Health::kJoining;
    if (replica.role == plan::Role::kCompute && stays) taken.push_back(replica.node);
  }
  while (static_cast<int>(taken.size()) < wanted) {
    const Choice choice = PlaceOne(room.Of(task.description.id), taken, room.fleet, room.occupancy);
    if (choice.node == 0) {
      why_not = choice.why_not;
      break;
    }
    taken.push_back(choice.node);
  }
  return static_cast<int>(taken.size());
}

/// Empty if the task may have that many.
std::string WhyNotThatMany(const Ledger& ledger, const plan::Task& task, int wanted) {
  if (wanted < 1 || wanted > plan::kMaxRedundancy) {
    return std::to_string(wanted) + " is no number of replicas; 1 to " +
           std::to_string(plan::kMaxRedundancy) + " are possible";
  }
  std::string why_not;
  const int reachable = Reachable(ledger, task, wanted, why_not);
  if (reachable >= wanted || wanted <= task.wanted) return "";
  return "\"" + NameOf(task) + "\" can have " + ReplicasText(reachable) + ", not " +
         std::to_string(wanted) + ": " + why_not;
}

Reply SetReplicas(Change& change, const plan::Task& named, int wanted) {
  plan::Task& task = *FindTask(change.ledger, named.description.id);
  Reply reply;
  if (wanted == task.wanted) {
    reply.text = "\"" + NameOf(task) + "\" is to have " + ReplicasText(wanted) + " already";
    return reply;
  }
  OperationRecord operation;
  operation.kind = OperationKind::kReplicas;
  operation.task = task.description.id;
  operation.replicas_before = task.wanted;
  operation.phase = wanted > task.wanted ? OperationPhase::kWaiting : OperationPhase::kRetiring;
  operation.text = "give \"" + NameOf(task) + "\" " + ReplicasText(wanted) + " instead of " +
                   std::to_string(task.wanted);
  change.SetWanted(task, wanted);
  const OperationRecord& begun = BeginOperation(change, std::move(operation));
  reply.operation = begun.id;
  reply.text = "operation " + std::to_string(begun.id) + ": " + begun.text;
  return reply;
}

Reply Take(Ledger& ledger, const ReplicasRequested& wanted, Nanoseconds time, Effects& effects) {
  if (auto refused = WhyNotNow(ledger, time)) return *refused;
  Reply reply;
  const plan::Task* task = NamedTask(ledger, wanted.task, reply);
  if (task == nullptr) return reply;
  if (std::string why = WhyNotThatMany(ledger, *task, wanted.replicas); !why.empty()) {
    const bool possible = wanted.replicas >= 1 && wanted.replicas <= plan::kMaxRedundancy;
    return Refusal(possible ? Code::kPrecondition : Code::kInvalid, std::move(why));
  }
  for (const OperationKind kind : {OperationKind::kMigrate, OperationKind::kReplicas}) {
    const OperationRecord* open = OpenOperation(ledger, task->description.id, kind);
    if (open == nullptr) continue;
    return UnderWay(*open);
  }
  Change change(ledger, time, effects);
  return SetReplicas(change, *task, wanted.replicas);
}

}  // namespace

void TakeReplicas(Ledger& ledger, const ReplicasRequested& wanted, Nanoseconds time,
                  Effects& effects) {
  Reply reply = Take(ledger, wanted, time, effects);
  effects.emplace_back(Settle{ledger.last_command, std::move(reply)});
}

}  // namespace continuo::coordinator
