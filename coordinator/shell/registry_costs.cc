// SPDX-License-Identifier: Apache-2.0
#include "coordinator/shell/registry_costs.h"

#include <cstdint>

#include "dsp/kernels/registry.h"

namespace continuo::coordinator {

std::vector<plan::KernelCost> RegistryCosts() {
  std::vector<plan::KernelCost> costs;
  for (const dsp::KernelDescription* const kernel : dsp::Kernels()) {
    costs.push_back({kernel->kind, static_cast<std::uint32_t>(kernel->cost_ns_per_frame), false});
  }
  return costs;
}

}  // namespace continuo::coordinator
