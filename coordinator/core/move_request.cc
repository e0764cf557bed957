// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <tuple>

#include "coordinator/core/did_you_mean.h"
#include "coordinator/core/event_date.h"
#include "coordinator/core/operations.h"
#include "coordinator/core/replica_health.h"
#include "coordinator/core/request_rules.h"
#include "coordinator/core/requests.h"
#include "coordinator/core/room.h"
#include "coordinator/core/show_rules.h"

namespace continuo::coordinator {
namespace {

/// Nodes that compute it, by name.
std::vector<std::string> RunsOnNames(const Ledger& ledger, const plan::Task& task) {
  std::vector<std::string> names;
  for (const plan::Replica& replica : task.replicas) {
    if (replica.role == plan::Role::kCompute && !replica.leaving) {
      names.push_back(NameOf(ledger, replica.node));
    }
  }
  return names;
}

/// The replica that shall go: on the node that was named, else the one that is missed least: one that is not well, else
/// the youngest.
const plan::Replica* FindOutgoing(const Ledger& ledger, const plan::Task& task,
                                  const MoveRequested& wanted, Reply& reply) {
  const plan::Replica* chosen = nullptr;
  for (const plan::Replica& replica : task.replicas) {
    const bool named = wanted.from.empty() || NameOf(ledger, replica.node) == wanted.from;
    if (replica.role != plan::Role::kCompute || replica.leaving || !named) continue;
    const bool well = HealthOf(ledger, task, replica) == Health::kSound;
    if (chosen == nullptr || HealthOf(ledger, task, *chosen) != Health::kSound || !well ||
        replica.incarnation > chosen->incarnation) {
      chosen = &replica;
    }
    if (!well) break;
  }
  if (chosen == nullptr) {
    const std::vector<std::string> names = RunsOnNames(ledger, task);
    reply = Refusal(Code::kPrecondition, "\"" + NameOf(task) + "\" does not run on \"" +
                                             wanted.from + "\"; it runs on " + Listed(names));
  }
  return chosen;
}

std::string BusyText(const plan::Task& task, const OperationRecord& operation) {
  return "\"" + NameOf(task) + "\" is being moved or restored already (operation " +
         std::to_string(operation.id) + ": " + operation.text +
         "); wait for it, or call it off: " + "continuo operation cancel " +
         std::to_string(operation.id);
}

bool HasWitness(const plan::Task& task, plan::NodeId node) {
  return std::any_of(task.replicas.begin(), task.replicas.end(), [node](const auto& replica) {
    return replica.node == node && replica.role == plan::Role::kWitness;
  });
}

/// Nodes that the show keeps it on; none: any.
std::span<const std::string> KeptOn(const Ledger& ledger, const plan::Task& task) {
  const ShowTask* wish = FindShowTask(ledger.show.show, NameOf(task));
  return wish == nullptr ? std::span<const std::string>() : wish->on;
}

/// Why the task cannot go there; empty: it can.
std::string WhyNotThere(const Ledger& ledger, const plan::Task& task, const NodeRecord& node) {
  if (std::string why = WhyUnusable(node); !why.empty()) return why;
  if (const plan::Replica* there = ComputingOn(task, node.id)) {
    const std::string name = "\"" + node.hello.name + "\"", what = "\"" + NameOf(task) + "\"";
    return there->leaving ? "a replica of " + what + " is about to leave " + name +
                                "; ask again in a few seconds"
                          : name + " has a replica of " + what + " already";
  }
  if (const auto on = KeptOn(ledger, task); !MayRunOn(on, node.hello.name)) {
    return KeptText(NameOf(task), on);
  }
  if (HasWitness(task, node.id)) return "";  // which makes way for it
  return WhyNotOn(ledger, task, node.id);
}

/// When the old one begins to leave; a reply if there is no such sample.
std::optional<Reply> SetDate(const Ledger& ledger, const MoveRequested& wanted, Nanoseconds time,
                             OperationRecord& operation) {
  if (!wanted.at) return std::nullopt;
  EventRequested event;
  event.at = wanted.at;
  const EventDate date = DateEvent(ledger, event, time);
  if (!date.error.empty()) return Refusal(Code::kInvalid, date.error);
  operation.at_n = date.at;
  return std::nullopt;
}

Reply MoveReplica(Ledger& ledger, const MoveRequested& wanted, Nanoseconds time, Effects& effects) {
  if (auto refused = WhyNotNow(ledger, time)) return *refused;
  Reply reply;
  const plan::Task* task = NamedTask(ledger, wanted.task, reply);
  if (task == nullptr) return reply;
  if (!wanted.from.empty() && NamedNode(ledger, wanted.from, reply) == nullptr) return reply;
  const NodeRecord* to = wanted.to.empty() ? nullptr : NamedNode(ledger, wanted.to, reply);
  if (!wanted.to.empty() && to == nullptr) return reply;
  const plan::Replica* outgoing = FindOutgoing(ledger, *task, wanted, reply);
  if (outgoing == nullptr) return reply;
  if (const OperationRecord* open = OpenOperation(ledger, task->description.id)) {
    return Refusal(Code::kPrecondition, BusyText(*task, *open));
  }
  if (to != nullptr) {
    if (const std::string why = WhyNotThere(ledger, *task, *to); !why.empty()) {
      return Refusal(Code::kPrecondition,
                     why + Possible(PossibleNodes(ledger, *task), KeptOn(ledger, *task)));
    }
  } else if (const Choice choice = Choose(ledger, *task); choice.node == 0) {
    return Refusal(Code::kPrecondition, choice.why_not);
  }
  if (!Count(ledger, *task).has_donor()) {
    return Refusal(Code::kPrecondition, "nobody who knows the state of \"" + NameOf(*task) +
                                            "\" can be reached; see continuo status");
  }
  OperationRecord operation = MigrationOf(ledger, *task, *outgoing, to == nullptr ? 0 : to->id);
  if (auto refused = SetDate(ledger, wanted, time, operation)) return *refused;
  Change change(ledger, time, effects);
  const OperationRecord& begun = BeginOperation(change, std::move(operation));
  reply.operation = begun.id;
  reply.at = begun.at_n;
  // All kernels of this version compute the same bits on every machine.
  reply.text = "operation " + std::to_string(begun.id) + ": " + begun.text +
               " (exact: every sample stays what it would have been)";
  return reply;
}

}  // namespace

void TakeMove(Ledger& ledger, const MoveRequested& wanted, Nanoseconds time, Effects& effects) {
  Reply reply = MoveReplica(ledger, wanted, time, effects);
  effects.emplace_back(Settle{ledger.last_command, std::move(reply)});
}

}  // namespace continuo::coordinator
