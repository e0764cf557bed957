// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/healing.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <vector>

#include "coordinator/core/join_attempt.h"
#include "coordinator/core/operations.h"
#include "coordinator/core/replica_health.h"
#include "coordinator/core/room.h"
#include "proto/plan/routes.h"

namespace continuo::coordinator {
namespace {

using plan::Replica;
using plan::Role;

/// An operation waits for that joiner, or for that one to leave, and is to see what becomes of it.
bool IsAwaited(const Ledger& ledger, Incarnation incarnation) {
  return std::any_of(
      ledger.operations.begin(), ledger.operations.end(),
      [incarnation](const OperationRecord& one) {
        return (one.incoming == incarnation && !HasEnded(one.phase)) ||
               (one.outgoing == incarnation && one.phase == OperationPhase::kRetiring);
      });
}

template <typename Predicate>
std::vector<Incarnation> Those(const Ledger& ledger, const plan::Task& task, Predicate is_one) {
  std::vector<Incarnation> those;
  for (const Replica& replica : task.replicas) {
    if (is_one(replica, HealthOf(ledger, task, replica))) those.push_back(replica.incarnation);
  }
  return those;
}

/// Why it has to be replaced, for people.
std::string WhatIsWrong(const Ledger& ledger, const plan::Task& task, const Replica& replica) {
  const std::string node = NameOf(ledger, replica.node);
  const ReplicaRecord* record = FindRecord(ledger, task.description.id, replica.incarnation);
  if (HealthOf(ledger, task, replica) == Health::kDoubted) return node + " is not heard";
  if (record == nullptr) return node + " has lost it";
  if (!record->error.empty()) return record->error;
  if (record->diverged) return "the output of " + node + " is not that of its fellows";
  if (record->state == plan::ReplicaState::kTainted) {
    return node + " cannot prove that it has all inputs and events";
  }
  return node + " was shut out by its fellows";
}

/// The one that a heal replaces: the first that is not well. nullptr: there are simply too few.
const Replica* FirstUnwell(const Ledger& ledger, const plan::Task& task, Role role) {
  for (const Replica& replica : task.replicas) {
    const Health health = HealthOf(ledger, task, replica);
    const bool unwell =
        health == Health::kDoubted || health == Health::kLost || health == Health::kTainted;
    if (replica.role == role && !replica.leaving && unwell) return &replica;
  }
  return nullptr;
}

/// A node that is gone, or was started again, is no fault of the replica.
bool IsForeseen(const Ledger& ledger, const plan::Task& task, const Replica& replica) {
  const ReplicaRecord* record = FindRecord(ledger, task.description.id, replica.incarnation);
  return HealthOf(ledger, task, replica) == Health::kDoubted || record == nullptr ||
         !record->error.empty();
}

void BeginHealing(Change& change, const plan::Task& task, Role role) {
  OperationRecord operation;
  operation.kind = OperationKind::kHeal;
  operation.task = task.description.id;
  operation.role = role;
  const std::string name = "\"" + NameOf(task) + "\"";
  operation.text =
      role == Role::kWitness ? "place a witness of " + name : "restore a replica of " + name;
  if (const Replica* unwell = FirstUnwell(change.ledger, task, role)) {
    operation.outgoing = unwell->incarnation;
    operation.from = unwell->node;
    if (!IsForeseen(change.ledger, task, *unwell)) {
      operation.kind = OperationKind::kRepair;
      operation.text = "repair " + name;
    }
    operation.text += ": " + WhatIsWrong(change.ledger, task, *unwell);
  }
  BeginOperation(change, std::move(operation));
}

/// A migration whose old replica is lost makes good for it.
int BroughtByMigration(const Ledger& ledger, const plan::Task& task) {
  const OperationRecord* move = OpenOperation(ledger, task.description.id, OperationKind::kMigrate);
  if (move == nullptr || move->phase != OperationPhase::kJoining) return 0;
  const Replica* outgoing = FindReplica(task, move->outgoing);
  return outgoing == nullptr || HealthOf(ledger, task, *outgoing) != Health::kSound ? 1 : 0;
}

bool IsBeingRestored(const Ledger& ledger, const plan::Task& task, Role role) {
  return std::any_of(ledger.operations.begin(), ledger.operations.end(),
                     [&](const OperationRecord& one) {
                       return one.task == task.description.id && one.role == role &&
                              !HasEnded(one.phase) && one.kind != OperationKind::kMigrate;
                     });
}

bool IsShort(const Ledger& ledger, const plan::Task& task) {
  const Census census = Count(ledger, task);
  return census.providers() < task.wanted ||
         (task.wanted == 1 && census.witnesses < plan::kWitnesses);
}

void StartHealing(Change& change, const plan::Task& task) {
  const Census census = Count(change.ledger, task);
  const bool will_resume = task.wanted == 1 && census.witnesses > 0 && !census.has_donor();
  const int missing = task.wanted - census.providers() - BroughtByMigration(change.ledger, task);
  if (missing > 0 && !will_resume && !IsBeingRestored(change.ledger, task, Role::kCompute)) {
    BeginHealing(change, task, Role::kCompute);
  }
  // A witness is a comfort: where there is no place for one, nobody is bothered.
  if (task.wanted == 1 && census.sound > 0 && census.witnesses < plan::kWitnesses &&
      !IsBeingRestored(change.ledger, task, Role::kWitness) &&
      PlaceForWitness(change.room(), task) != 0) {
    BeginHealing(change, task, Role::kWitness);
  }
}

/// A witness that has taken the task up computes it from now on.
void Promote(Change& change, plan::Task& task) {
  for (const Incarnation incarnation :
       Those(change.ledger, task, [](const Replica&replica, Health health) {
         return replica.role == Role::kWitness &&
                (health == Health::kSound || health == Health::kTainted);
       })) {
    change.SetRole(task, incarnation, Role::kCompute);
    change.Log(Severity::kWarning, "\"" + NameOf(task) + "\" goes on from its checkpoint on " +
                                       NameOf(change.ledger, FindReplica(task, incarnation)->node));
  }
}

/// What can never be in sync again, or has lingered long enough.
void DropLost(Change& change, plan::Task& task) {
  const Census census = Count(change.ledger, task);
  if (!census.has_donor() && census.witnesses == 0) return;  // as long as there is nothing better
  for (const Incarnation incarnation :
       Those(change.ledger, task, [&](const Replica&replica, Health health) {
         return health == Health::kLost && !IsAwaited(change.ledger, replica.incarnation);
       })) {
    change.Drop(task, incarnation);
  }
}

/// Something else of that node is being replaced this moment: then it is dropped together with that, by one plan.
bool IsBeingEmptied(const Ledger& ledger, plan::NodeId node) {
  return std::any_of(ledger.operations.begin(), ledger.operations.end(),
                     [node](const OperationRecord& one) {
                       return one.from == node && one.phase == OperationPhase::kJoining;
                     });
}

/// What is doubted, once others do its work. One whose node is back may be well, and others may leave counting on it:
/// it will soon be known.
void DropReplaced(Change& change, plan::Task& task) {
  const Census census = Count(change.ledger, task);
  for (const Incarnation incarnation :
       Those(change.ledger, task, [&](const Replica&replica, Health health) {
         const bool replaced =
             replica.role == Role::kWitness
                 ? census.witnesses >= plan::kWitnesses || task.wanted > 1
                 : census.providers() - census.unheard >= task.wanted && census.sound > 0;
         return health == Health::kDoubted && IsDoubted(change.ledger, replica.node) && replaced &&
                !IsBeingEmptied(change.ledger, replica.node) &&
                !IsAwaited(change.ledger, replica.incarnation);
       })) {
    change.Drop(task, incarnation);
  }
}

/// The one that is missed least: on a node that is drained or that the show does not name, beside another in its
/// domain, on the fullest node, the youngest.
Incarnation Superfluous(const Ledger& ledger, const plan::Task& task) {
  const Room room = RoomOf(ledger);
  using Rank = std::tuple<bool, int, std::int64_t, Incarnation>;
  Rank most{};
  for (const Replica& replica : task.replicas) {
    if (replica.leaving || HealthOf(ledger, task, replica) != Health::kSound) continue;
    const NodeRecord& node = *FindNode(ledger, replica.node);
    const auto beside =
        std::count_if(task.replicas.begin(), task.replicas.end(), [&](const Replica& other) {
          return !other.leaving && !node.hello.domain.empty() &&
                 FindNode(ledger, other.node)->hello.domain == node.hello.domain;
        });
    std::int64_t load = 0;
    for (const Occupant& occupant : room.occupancy.occupants) {
      if (occupant.node == replica.node) load += occupant.cost_ns;
    }
    const bool misplaced =
        node.drained || !MayRunOn(room.Of(task.description.id).on, node.hello.name);
    most = std::max(most, Rank{misplaced, static_cast<int>(beside), load, replica.incarnation});
  }
  return std::get<Incarnation>(most);
}

/// Lets go what is too many, and holds back what was let go too early.
void SettleNumber(Change& change, plan::Task& task) {
  const OperationRecord* move =
      OpenOperation(change.ledger, task.description.id, OperationKind::kMigrate);
  if (move != nullptr && move->phase != OperationPhase::kWaiting) return;
  const Census census = Count(change.ledger, task);
  if (census.heard() > task.wanted) {
    change.SetLeaving(task, Superfluous(change.ledger, task), true);
  } else if (census.sound < task.wanted && census.sound_leaving > 0) {
    const auto leaving = Those(change.ledger, task, [](const Replica& replica, Health health) {
      return replica.leaving && replica.role == Role::kCompute && health == Health::kSound;
    });
    change.SetLeaving(task, leaving.front(), false);
  }
}

/// What has been made good for, though it still computes or keeps.
void LetGo(Change& change, plan::Task& task) {
  const Census census = Count(change.ledger, task);
  if (census.heard() < task.wanted) return;
  int needed = task.wanted == 1 ? plan::kWitnesses : 0;
  for (const Incarnation incarnation :
       Those(change.ledger, task, [&](const Replica&replica, Health health) {
         if (replica.leaving) return false;
         if (health == Health::kTainted) return true;
         if (health != Health::kWitness) return false;
         if (FindNode(change.ledger, replica.node)->drained) return true;
         return IsHeard(change.ledger, replica.incarnation) && --needed < 0;
       })) {
    change.SetLeaving(task, incarnation, true);
  }
}

/// Nothing is to be done for it: it has what the show asks for, nothing of that is in doubt, and nothing is to go.
bool IsAsWished(const Ledger& ledger, const plan::Task& task) {
  int computing = 0, witnesses = 0;
  for (const Replica& replica : task.replicas) {
    const bool witness = replica.role == Role::kWitness;
    const Health health = HealthOf(ledger, task, replica);
    if (replica.leaving || health != (witness ? Health::kWitness : Health::kSound)) return false;
    if (witness && FindNode(ledger, replica.node)->drained) return false;
    ++(witness ? witnesses : computing);
  }
  return computing == task.wanted && witnesses == (task.wanted == 1 ? plan::kWitnesses : 0);
}

/// Where there is too little room for all, what is of the lowest tier goes without.
void StartHealingInOrder(Change& change, const std::vector<plan::Task*>& tasks) {
  std::vector<const plan::Task*> needy;
  for (const plan::Task* task : tasks) {
    if (IsShort(change.ledger, *task)) needy.push_back(task);
  }
  if (needy.size() > 1) {
    const std::map<dsp::TaskId, std::size_t> ranks = RankByTier(change.ledger);
    const auto rank = [&ranks](const plan::Task* task) { return ranks.at(task->description.id); };
    std::sort(needy.begin(), needy.end(),
              [&](const plan::Task* a, const plan::Task* b) { return rank(a) < rank(b); });
  }
  for (const plan::Task* task : needy) StartHealing(change, *task);
}

}  // namespace

void KeepRedundancy(Change& change) {
  // What needs nothing is not written to, so that it stays shared with the plan that plays.
  std::vector<plan::Task*> tasks;
  const plan::SharedList<plan::Task>& planned = change.ledger.plan.tasks;
  for (std::size_t i = 0; i < planned.size(); ++i) {
    const bool stays = planned[i].span.ends == dsp::kForever;  // else soon nobody needs it
    if (stays && !IsAsWished(change.ledger, planned[i])) {
      tasks.push_back(&change.ledger.plan.tasks[i]);
    }
  }
  for (plan::Task* task : tasks) {
    Promote(change, *task);
    SettleNumber(change, *task);
  }
  StartHealingInOrder(change, tasks);
  for (plan::Task* task : tasks) {
    DropLost(change, *task);
    DropReplaced(change, *task);
    LetGo(change, *task);
  }
}

}  // namespace continuo::coordinator
