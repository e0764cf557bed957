// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <tuple>

#include "agent/core/state_work.h"

namespace continuo::agent::core {
namespace {

int ReplicasOn(const plan::Plan& plan, plan::NodeId node) {
  int count = 0;
  for (const plan::Task& task : plan.tasks) {
    count += static_cast<int>(std::ranges::count(task.replicas, node, &plan::Replica::node));
  }
  return count;
}

}  // namespace

std::vector<Donor> DonorsOf(const plan::Plan& plan, plan::TaskId task, plan::NodeId self,
                            const std::vector<plan::Peer>& peers, bool to_witness) {
  struct Candidate {
    std::tuple<bool, bool, int, Incarnation> rank;
    Donor donor;
  };
  std::vector<Candidate> candidates;
  const plan::Task* const planned = plan::FindTask(plan, task);
  if (planned == nullptr) return {};
  for (const plan::Replica& replica : planned->replicas) {
    const bool witness = replica.role == plan::Role::kWitness;
    if (replica.node == self || (witness && !to_witness)) continue;
    const auto peer = std::ranges::find(peers, replica.node, &plan::Peer::node);
    if (peer == peers.end()) continue;
    candidates.push_back(
        {{witness, replica.leaving, ReplicasOn(plan, replica.node), replica.incarnation},
         {replica.node, peer->address}});
  }
  std::ranges::sort(candidates, {}, &Candidate::rank);
  std::vector<Donor> donors;
  for (Candidate& candidate : candidates) donors.push_back(std::move(candidate.donor));
  return donors;
}

}  // namespace continuo::agent::core
