// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/bridge/core/board_costs.h"

#include <algorithm>

#include "dsp/kernels/registry.h"

namespace continuo::mcu {
namespace {

/// What a Cortex-M takes for a kernel, as a multiple of what the kernel says of a 3 GHz x86: 25 for clock and one float
/// at a time; the rest because parts have half of a block, and the coordinator fills a core to 65 %.
constexpr std::uint32_t kSlower = 33;

}  // namespace

std::vector<plan::KernelCost> BoardCosts() {
  std::vector<plan::KernelCost> costs;
  for (const dsp::KernelDescription* const kernel : dsp::Kernels()) {
    const auto declared = static_cast<std::uint32_t>(kernel->cost_ns_per_frame);
    costs.push_back({kernel->kind, declared * kSlower, true});
  }
  std::sort(costs.begin(), costs.end(),
            [](const plan::KernelCost& a, const plan::KernelCost& b) { return a.kind < b.kind; });
  return costs;
}

}  // namespace continuo::mcu
