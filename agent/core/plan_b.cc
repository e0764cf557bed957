// SPDX-License-Identifier: Apache-2.0
#include "agent/core/plan_b.h"

namespace continuo::agent::core {

std::optional<int> TurnOf(const plan::Task& task, Incarnation witness) {
  int older = 0;
  bool is_one = false;
  for (const plan::Replica& replica : task.replicas) {
    if (replica.role != plan::Role::kWitness) continue;
    is_one |= replica.incarnation == witness;
    older += replica.incarnation < witness ? 1 : 0;
  }
  if (!is_one) return std::nullopt;
  return older;
}

}  // namespace continuo::agent::core
