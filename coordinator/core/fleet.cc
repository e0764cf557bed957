// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/fleet.h"

#include <algorithm>

#include "dsp/kernels/registry.h"

namespace continuo::coordinator {

int KernelNumber(std::string_view kind) {
  const auto kernels = dsp::Kernels();
  for (std::size_t i = 0; i < kernels.size(); ++i) {
    if (kernels[i]->kind == kind) return static_cast<int>(i);
  }
  return -1;
}

const FleetNode* FindNode(const Fleet& fleet, plan::NodeId id) {
  const auto found =
      std::lower_bound(fleet.begin(), fleet.end(), id,
                       [](const FleetNode& node, plan::NodeId wanted) { return node.id < wanted; });
  return found == fleet.end() || found->id != id ? nullptr : &*found;
}

Fleet FleetOf(const Ledger& ledger) {
  Fleet fleet;
  for (const NodeRecord& record : ledger.nodes) {
    if (!IsAvailable(record)) continue;
    const plan::Hello& hello = record.hello;
    FleetNode node;
    node.id = record.id;
    node.name = hello.name;
    node.domain = hello.domain.empty() ? hello.name : hello.domain;
    node.can_compute = hello.can_compute;
    node.can_output = hello.can_output;
    node.drained = record.drained;
    for (const plan::KernelCost& cost : hello.costs) {
      const int kernel = KernelNumber(cost.kind);
      if (!cost.measured || kernel < 0) continue;
      node.costs_ns.resize(dsp::Kernels().size(), 0);
      node.costs_ns[static_cast<std::size_t>(kernel)] = cost.ns_per_frame;
    }
    fleet.push_back(std::move(node));
  }
  return fleet;
}

}  // namespace continuo::coordinator
