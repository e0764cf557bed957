// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "support/stated_costs.h"

namespace continuo::sim {

/// What coordinators begin their terms with: no figures of the registry's, so that a seed stays the same history when
/// those are corrected.
inline std::vector<plan::KernelCost> StatedCosts() {
  std::vector<plan::KernelCost> costs = TestCosts();
  for (const char* const kind : {"hash", "late", "settling"}) costs.push_back({kind, 10, false});
  std::ranges::sort(costs, {}, &plan::KernelCost::kind);
  return costs;
}

/// What bridges tell of their boards.
inline std::vector<plan::KernelCost> BoardCosts() {
  constexpr std::uint32_t kSlower = 33;
  std::vector<plan::KernelCost> costs = StatedCosts();
  for (plan::KernelCost& cost : costs) {
    cost = {cost.kind, cost.ns_per_frame * kSlower, true};
  }
  return costs;
}

}  // namespace continuo::sim
