// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/succession.h"

#include <algorithm>
#include <set>
#include <utility>

#include "coordinator/core/show_life.h"
#include "coordinator/core/show_start.h"
#include "proto/plan/validate.h"

namespace continuo::coordinator {
namespace {

plan::ReplicaState FirstState(const plan::Replica& replica) {
  return replica.role == plan::Role::kWitness ? plan::ReplicaState::kWitness
                                              : plan::ReplicaState::kInSync;
}

}  // namespace

void BeginRun(Ledger& ledger) {
  ledger.plan.run = ledger.plan.version;
  ledger.plans.Add(ledger.plan);
  for (ReplicaRecord& record : ledger.replicas) record.n = ledger.plan.start_n;
}

void Found(Ledger& ledger) {
  ledger.plans.Clear();
  ledger.operations.clear();
  ledger.replicas.clear();
  for (const plan::Task& task : std::as_const(ledger.plan).tasks) {
    for (const plan::Replica& replica : task.replicas) {
      ledger.replicas.push_back({.task = task.description.id,
                                 .incarnation = replica.incarnation,
                                 .node = replica.node,
                                 .state = FirstState(replica),
                                 .error = {}});
    }
  }
  // Witnesses were placed last, and have the highest numbers.
  std::ranges::sort(ledger.replicas, {}, &ReplicaRecord::incarnation);
}

void Publish(Ledger& ledger, Effects& effects) {
  plan::Plan& plan = ledger.plan;
  const std::shared_ptr<const plan::Plan> before = ledger.plans.all().back();
  plan.term = ledger.term;
  plan.version = ++ledger.last_version;
  plan::SharedList<plan::Node> hosts = HostsOf(ledger, plan);
  if (plan.nodes != hosts) plan.nodes = std::move(hosts);  // else it stays shared
  if (const std::string wrong = plan::Validate(plan); !wrong.empty()) {
    effects.emplace_back(LogLine{Severity::kError, "plan " + std::to_string(plan.version) +
                                                       " is not sent, it is wrong: " + wrong});
    plan = *before;
    return;
  }
  ledger.plans.Add(plan);
  SendPlan(ledger, effects);
  for (NodeRecord& node : ledger.nodes) {
    if (node.connection == 0) continue;
    if (IsInPlan(plan, node.id)) {
      node.prepared = plan.version;
    } else if (IsInPlan(*before, node.id) && node.prepared != 0) {
      node.prepared = 0;
      effects.emplace_back(SendToAgent{node.connection, plan::ShowStopped{ledger.term}});
    }
  }
}

bool HoldsRun(const Ledger& ledger, const plan::Hello& hello) {
  const plan::Plan* held = ledger.plans.Find(hello.held_version);
  // The plan goes on under each new term, and is sent under it.
  return held != nullptr && held->term <= hello.held_term && hello.held_term <= ledger.term;
}

std::vector<plan::Node> HostsOf(const Ledger& ledger, const plan::Plan& plan) {
  std::set<plan::NodeId> hosts;
  for (const plan::Task& task : plan.tasks) {
    for (const plan::Replica& replica : task.replicas) hosts.insert(replica.node);
  }
  for (const plan::Output& output : plan.outputs) hosts.insert(output.node);
  std::vector<plan::Node> nodes;
  for (const NodeRecord& record : ledger.nodes) {
    if (!hosts.contains(record.id)) continue;
    nodes.push_back({record.id, record.hello.name, record.hello.networks});
  }
  return nodes;
}

}  // namespace continuo::coordinator
