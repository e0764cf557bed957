// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/load_watch.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "coordinator/core/load_relief.h"
#include "coordinator/core/placement_task.h"
#include "coordinator/core/replica_health.h"

namespace continuo::coordinator {
namespace {

/// What that node's replicas were measured at in the last second, per frame.
std::vector<MeasuredCost> CostsIn(const plan::Status& status, int quantum) {
  std::vector<MeasuredCost> costs;
  for (const plan::ReplicaStatus& replica : status.replicas) {
    if (replica.state != plan::ReplicaState::kInSync || replica.process_ns_mean == 0) continue;
    const auto per_packet = static_cast<std::int64_t>(replica.process_ns_mean);
    costs.push_back({replica.task, replica.incarnation, (per_packet + quantum - 1) / quantum});
  }
  return costs;
}

bool IsOverfull(const std::vector<MeasuredCost>& costs) {
  std::int64_t sum_ns = 0;
  for (const MeasuredCost& cost : costs) sum_ns += cost.ns_per_frame;
  return sum_ns > kOverfullNs;
}

bool Differs(const Ledger& ledger, const std::vector<MeasuredCost>& costs) {
  std::int64_t difference_ns = 0;
  for (const MeasuredCost& cost : costs) {
    const ReplicaRecord* record = FindRecord(ledger, cost.task, cost.incarnation);
    if (record == nullptr) continue;
    if (record->cost_ns == 0) return true;
    difference_ns += std::abs(cost.ns_per_frame - record->cost_ns);
  }
  return difference_ns > kBudgetNsPerFrame * kLoadNoise / 100;
}

bool AreOfTheSame(const std::vector<MeasuredCost>& a, const std::vector<MeasuredCost>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const MeasuredCost& one, const MeasuredCost& other) {
                      return one.task == other.task && one.incarnation == other.incarnation;
                    });
}

}  // namespace

void LoadWatch::Weigh(const Ledger& ledger, plan::NodeId node, const plan::Status& status,
                      Nanoseconds time, Effects& effects) {
  std::vector<MeasuredCost> costs = CostsIn(status, ledger.plan.quantum);
  Seen& seen = seen_[node];
  const bool remind = time - seen.raised >= kLoadReminder && IsOverfull(costs);
  if (!remind && !Differs(ledger, costs)) return seen.least.clear();
  if (!AreOfTheSame(seen.least, costs)) {
    seen.since = time;
    seen.least = std::move(costs);
    return;
  }
  for (std::size_t i = 0; i < costs.size(); ++i) {
    std::int64_t& least = seen.least[i].ns_per_frame;
    least = std::min(least, costs[i].ns_per_frame);
  }
  if (time - seen.since < kLoadPatience) return;
  seen.raised = time;
  // Should the ledger not be able to take it, it is raised again after as long.
  effects.emplace_back(Raise{{time, LoadMeasured{node, std::exchange(seen.least, {})}}});
}

}  // namespace continuo::coordinator
