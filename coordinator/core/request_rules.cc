// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/request_rules.h"

#include "coordinator/core/did_you_mean.h"
#include "coordinator/core/replica_health.h"
#include "coordinator/core/show_life.h"

namespace continuo::coordinator {

Reply Refusal(Code code, std::string text) {
  return {.code = code, .text = std::move(text)};
}

std::optional<Reply> WhyNotNow(const Ledger& ledger, Nanoseconds time) {
  const ShowPhase phase = PhaseAt(ledger, time);
  if (phase == ShowPhase::kPlaying) return std::nullopt;
  if (phase == ShowPhase::kDated || phase == ShowPhase::kPreparing) {
    return Refusal(Code::kPrecondition,
                   "the show has not begun yet; ask again when it plays (continuo status)");
  }
  return Refusal(Code::kPrecondition,
                 "no show is playing; start one with: continuo show apply FILE");
}

Reply UnderWay(const OperationRecord& operation) {
  const std::string id = std::to_string(operation.id);
  return Refusal(Code::kPrecondition,
                 "operation " + id + " (" + operation.text +
                     ") is under way; wait for it, or call it off: continuo operation cancel " +
                     id);
}

const plan::Task* NamedTask(const Ledger& ledger, std::string_view name, Reply& reply) {
  std::vector<std::string> names;
  for (const plan::Task& task : ledger.plan.tasks) {
    if (NameOf(task) == name) return &task;
    names.push_back(NameOf(task));
  }
  reply = Refusal(Code::kNotFound,
                  "there is no task \"" + std::string(name) + "\"" + DidYouMean(name, names));
  return nullptr;
}

const NodeRecord* NamedNode(const Ledger& ledger, std::string_view name, Reply& reply) {
  if (const NodeRecord* node = FindNode(ledger, name)) return node;
  std::vector<std::string> names;
  for (const NodeRecord& node : ledger.nodes) names.push_back(node.hello.name);
  reply = Refusal(Code::kNotFound,
                  "there is no node \"" + std::string(name) + "\"" + DidYouMean(name, names));
  return nullptr;
}

std::string Possible(const std::vector<std::string>& nodes, std::span<const std::string> on) {
  if (nodes.empty() && !on.empty()) return "; no other node that the show names has room for it";
  if (nodes.empty()) {
    return "; no other node has room for it: start an agent on another machine, or ask for fewer "
           "replicas";
  }
  return (nodes.size() == 1 ? "; possible now is " : "; possible now are ") + Listed(nodes);
}

std::string WhyUnusable(const NodeRecord& node) {
  const std::string name = "\"" + node.hello.name + "\"";
  if (node.dead) return name + " is dead";
  if (node.doubted) return name + " is not heard";
  if (node.connection == 0) return name + " is not attached";
  if (!node.hello.can_compute) return name + " does not compute (it was started with --no-compute)";
  if (node.drained) {
    return name + " is drained; allow it again with: continuo node undrain " + node.hello.name;
  }
  return "";
}

OperationRecord MigrationOf(const Ledger& ledger, const plan::Task& task,
                            const plan::Replica& outgoing, plan::NodeId to) {
  OperationRecord operation;
  operation.kind = OperationKind::kMigrate;
  operation.task = task.description.id;
  operation.from = outgoing.node;
  operation.outgoing = outgoing.incarnation;
  operation.wish = to;
  operation.to = to;
  operation.text = "move \"" + NameOf(task) + "\" from " + NameOf(ledger, outgoing.node);
  if (to != 0) operation.text += " to " + NameOf(ledger, to);
  return operation;
}

}  // namespace continuo::coordinator
