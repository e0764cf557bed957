// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/operations.h"
#include "coordinator/core/replica_health.h"
#include "coordinator/core/request_rules.h"
#include "coordinator/core/requests.h"

namespace continuo::coordinator {
namespace {

std::string Numbered(OperationId id) {
  return "operation " + std::to_string(id);
}

Reply WhyNot(const Ledger& ledger, const OperationRecord* operation, OperationId id) {
  if (operation == nullptr) {
    std::string open;
    for (const OperationRecord& one : ledger.operations) {
      if (!HasEnded(one.phase)) open += (open.empty() ? "" : ", ") + std::to_string(one.id);
    }
    return Refusal(Code::kNotFound,
                   "there is no " + Numbered(id) +
                       (open.empty() ? "; none is under way" : "; under way: " + open));
  }
  if (HasEnded(operation->phase)) {
    return Refusal(Code::kPrecondition, Numbered(id) + " is over (" + ToString(operation->phase) +
                                            "): " + operation->verdict);
  }
  if (operation->parent != 0) {
    return Refusal(Code::kPrecondition, Numbered(id) + " is part of " +
                                            Numbered(operation->parent) +
                                            "; call that off: continuo operation cancel " +
                                            std::to_string(operation->parent));
  }
  if (operation->kind == OperationKind::kHeal || operation->kind == OperationKind::kRepair) {
    const plan::Task* task = plan::FindTask(ledger.plan, operation->task);
    return Refusal(Code::kPrecondition,
                   Numbered(id) +
                       " restores what the show asks for, and would begin anew; ask for "
                       "fewer replicas instead: continuo task replicas " +
                       (task == nullptr ? std::string("TASK") : NameOf(*task)) + " N");
  }
  return {};
}

}  // namespace

void TakeCancel(Ledger& ledger, const OperationCancelled& wanted, Nanoseconds time,
                Effects& effects) {
  OperationRecord* operation = FindOperation(ledger, wanted.operation);
  Reply reply = WhyNot(ledger, operation, wanted.operation);
  if (reply.ok()) {
    Change change(ledger, time, effects);
    if (operation->kind == OperationKind::kDrain)
      FindNode(ledger, operation->from)->drained = false;
    CallOff(change, *operation, "called off by an operator");
    reply.text = Numbered(wanted.operation) + " is called off";
  }
  effects.emplace_back(Settle{ledger.last_command, std::move(reply)});
}

}  // namespace continuo::coordinator
