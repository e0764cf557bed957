// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "coordinator/core/did_you_mean.h"
#include "coordinator/core/draining.h"
#include "coordinator/core/evacuation.h"
#include "coordinator/core/operations.h"
#include "coordinator/core/replica_health.h"
#include "coordinator/core/request_rules.h"
#include "coordinator/core/requests.h"
#include "coordinator/core/room.h"
#include "coordinator/core/show_life.h"
#include "proto/plan/routes.h"

namespace continuo::coordinator {
namespace {

OperationRecord* OpenDrain(Ledger& ledger, plan::NodeId node) {
  for (OperationRecord& one : ledger.operations) {
    if (one.kind == OperationKind::kDrain && one.from == node && !HasEnded(one.phase)) return &one;
  }
  return nullptr;
}

bool IsLastThatComputes(const Ledger& ledger, const NodeRecord& node) {
  return std::none_of(ledger.nodes.begin(), ledger.nodes.end(), [&node](const NodeRecord& other) {
    return other.id != node.id && IsAvailable(other) && other.hello.can_compute && !other.drained;
  });
}

/// What would be left without a place, task by task; empty: all has one.
std::string WhyNoRoom(const Ledger& ledger, const NodeRecord& node, const Evacuation& evacuation) {
  std::vector<std::string> names;
  std::string reason;
  for (const Stranded& stranded : evacuation.stranded) {
    if (stranded.spare) continue;
    names.push_back(NameOf(*plan::FindTask(ledger.plan, stranded.task)));
    if (reason.empty()) reason = stranded.reason;
  }
  if (names.empty()) return "";
  return "the others cannot take over " + Listed(names) + " from \"" + node.hello.name +
         "\": " + reason +
         "; start an agent on another machine, or ask for fewer replicas (continuo "
         "task replicas " +
         names.front() + " N)";
}

/// A move that was asked for, and that the drain would be in the way of.
const OperationRecord* InTheWay(const Ledger& ledger, plan::NodeId node) {
  for (const plan::Task& task : ledger.plan.tasks) {
    if (!plan::RunsOn(task, node)) continue;
    for (const OperationKind kind : {OperationKind::kMigrate, OperationKind::kReplicas}) {
      if (const auto* open = OpenOperation(ledger, task.description.id, kind)) return open;
    }
  }
  return nullptr;
}

/// Outputs do not move.
std::string WhatStays(const plan::Plan& plan, plan::NodeId node) {
  std::vector<std::string> names;
  for (const plan::Output& output : plan.outputs) {
    if (output.node == node) names.push_back(output.name);
  }
  if (names.empty()) return "";
  return "; " + Listed(names) + (names.size() == 1 ? " stays" : " stay") +
         " there, since an output cannot be moved";
}

Reply BeginDrain(Change& change, NodeRecord& node, const Evacuation& evacuation) {
  node.drained = true;
  OperationRecord drain;
  drain.kind = OperationKind::kDrain;
  drain.phase = OperationPhase::kMoving;
  drain.from = node.id;
  drain.text = "drain " + node.hello.name;
  Reply reply;
  reply.operation = BeginOperation(change, std::move(drain)).id;
  FollowDrains(change);
  for (const Move& move : evacuation.moves) {
    reply.moves.push_back({NameOf(*plan::FindTask(change.ledger.plan, move.task)),
                           NameOf(change.ledger, move.from), NameOf(change.ledger, move.to),
                           move.reason});
  }
  reply.text = "operation " + std::to_string(reply.operation) + ": drain " + node.hello.name +
               WhatStays(change.ledger.plan, node.id);
  return reply;
}

Reply Undrain(Change& change, NodeRecord& node) {
  if (!node.drained) return {.text = "\"" + node.hello.name + "\" is not drained"};
  if (OperationRecord* drain = OpenDrain(change.ledger, node.id)) {
    CallOff(change, *drain, node.hello.name + " is used again");
  }
  node.drained = false;
  return {.text = "\"" + node.hello.name + "\" is used again"};
}

Reply Drain(Ledger& ledger, const DrainRequested& wanted, Nanoseconds time, Effects& effects) {
  Reply reply;
  const NodeRecord* named = NamedNode(ledger, wanted.node, reply);
  if (named == nullptr) return reply;
  NodeRecord& node = *FindNode(ledger, named->id);
  Change change(ledger, time, effects);
  if (!wanted.on) return Undrain(change, node);
  if (node.drained) return {.text = "\"" + node.hello.name + "\" is drained already"};
  const ShowPhase phase = PhaseAt(ledger, time);
  if (!IsBusy(phase) || !RunsReplicas(ledger.plan, node.id) || !IsAvailable(node)) {
    node.drained = true;
    return {.text = "\"" + node.hello.name + "\" runs no task, and gets nothing from now on" +
                    WhatStays(ledger.plan, node.id)};
  }
  if (auto refused = WhyNotNow(ledger, time)) return *refused;
  if (node.hello.can_compute && IsLastThatComputes(ledger, node)) {
    return Refusal(
        Code::kPrecondition,
        "\"" + node.hello.name +
            "\" is the last node that computes; start an agent on another machine first");
  }
  if (const OperationRecord* open = InTheWay(ledger, node.id)) {
    return UnderWay(*open);
  }
  Room room = RoomOf(ledger);
  std::erase_if(room.occupancy.occupants,
                [](const Occupant& one) { return one.witness; });  // they make way
  const Evacuation evacuation = Evacuate(node.id, room.tasks, room.fleet, room.occupancy);
  if (const std::string why = WhyNoRoom(ledger, node, evacuation); !why.empty()) {
    return Refusal(Code::kPrecondition, why);
  }
  return BeginDrain(change, node, evacuation);
}

}  // namespace

void TakeDrain(Ledger& ledger, const DrainRequested& wanted, Nanoseconds time, Effects& effects) {
  Reply reply = Drain(ledger, wanted, time, effects);
  effects.emplace_back(Settle{ledger.last_command, std::move(reply)});
}

}  // namespace continuo::coordinator
