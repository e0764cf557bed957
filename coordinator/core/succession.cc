// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/succession.h"

#include <algorithm>
#include <limits>
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

void GiveNextVersion(Ledger& ledger) {
  ledger.plan.term = ledger.term;
  ledger.plan.version = ++ledger.last_version;
}

void Announce(Ledger& ledger, const plan::Plan& before, Effects& effects) {
  const plan::Plan& plan = ledger.plan;
  ledger.plans.Add(plan);
  SendPlan(ledger, effects);
  for (NodeRecord& node : ledger.nodes) {
    if (node.connection == 0) continue;
    if (IsInPlan(plan, node.id)) {
      node.prepared = plan.version;
    } else if (IsInPlan(before, node.id) && node.prepared != 0) {
      node.prepared = 0;
      effects.emplace_back(SendToAgent{node.connection, plan::ShowStopped{ledger.term}});
    }
  }
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
  GiveNextVersion(ledger);
  plan::SharedList<plan::Node> hosts = HostsOf(ledger, plan);
  if (plan.nodes != hosts) plan.nodes = std::move(hosts);  // else it stays shared
  if (const std::string wrong = plan::Validate(plan); !wrong.empty()) {
    effects.emplace_back(LogLine{Severity::kError, "plan " + std::to_string(plan.version) +
                                                       " is not sent, it is wrong: " + wrong});
    plan = *before;
    return;
  }
  Announce(ledger, *before, effects);
}

void PublishValid(Ledger& ledger, Effects& effects) {
  const std::shared_ptr<const plan::Plan> before = ledger.plans.all().back();
  GiveNextVersion(ledger);
  Announce(ledger, *before, effects);
}

bool HoldsRun(const Ledger& ledger, const plan::Hello& hello) {
  const plan::Plan* held = ledger.plans.Find(hello.held_version);
  // The plan goes on under each new term, and is sent under it.
  return held != nullptr && held->term <= hello.held_term && hello.held_term <= ledger.term;
}

std::vector<plan::Node> HostsOf(const Ledger& ledger, const plan::Plan& plan) {
  std::vector<bool> hosts(std::numeric_limits<plan::NodeId>::max() + std::size_t{1}, false);
  for (const plan::Task& task : plan.tasks) {
    for (const plan::Replica& replica : task.replicas) hosts[replica.node] = true;
  }
  for (const plan::Output& output : plan.outputs) hosts[output.node] = true;
  std::vector<plan::Node> nodes;
  for (const NodeRecord& record : ledger.nodes) {
    if (!hosts[record.id]) continue;
    nodes.push_back({record.id, record.hello.name, record.hello.networks});
  }
  return nodes;
}

}  // namespace continuo::coordinator
