// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/fleet.h"

#include <algorithm>
#include <map>
#include <span>

#include "dsp/kernels/registry.h"

namespace continuo::coordinator {

int KernelNumber(std::string_view kind) {
  static const std::map<std::string_view, int> numbers = [] {
    std::map<std::string_view, int> made;
    for (const dsp::KernelDescription* kernel : dsp::Kernels()) {
      made.emplace(kernel->kind, static_cast<int>(made.size()));
    }
    return made;
  }();
  const auto found = numbers.find(kind);
  return found == numbers.end() ? -1 : found->second;
}

const FleetNode* FindNode(const Fleet& fleet, plan::NodeId id) {
  const auto found =
      std::lower_bound(fleet.begin(), fleet.end(), id,
                       [](const FleetNode& node, plan::NodeId wanted) { return node.id < wanted; });
  return found == fleet.end() || found->id != id ? nullptr : &*found;
}

namespace {

KernelCosts ByKernel(std::span<const plan::KernelCost> costs, bool measured) {
  KernelCosts costs_ns(dsp::Kernels().size(), 0);
  for (const plan::KernelCost& cost : costs) {
    const int kernel = KernelNumber(cost.kind);
    if (cost.measured != measured || kernel < 0) continue;
    costs_ns[static_cast<std::size_t>(kernel)] = cost.ns_per_frame;
  }
  return costs_ns;
}

KernelCosts CostsOf(const plan::Hello& hello) {
  return ByKernel(hello.costs, true);
}

/// What was measured on one machine by several agents: the highest counts for all, so that chance does not rank them.
void Share(KernelCosts& highest, const KernelCosts& costs_ns) {
  highest.resize(costs_ns.size(), 0);
  for (std::size_t i = 0; i < costs_ns.size(); ++i) highest[i] = std::max(highest[i], costs_ns[i]);
}

}  // namespace

KernelCosts StatedCosts(const Ledger& ledger) {
  return ByKernel(ledger.started.costs, false);
}

Fleet FleetOf(const Ledger& ledger) {
  std::map<std::uint64_t, KernelCosts> costs_of_machine;
  for (const NodeRecord& record : ledger.nodes) {
    if (!IsAvailable(record) || record.hello.cores == 0) continue;
    Share(costs_of_machine[record.hello.clock_id], CostsOf(record.hello));
  }
  Fleet fleet;
  fleet.stated_ns = StatedCosts(ledger);
  for (const NodeRecord& record : ledger.nodes) {
    if (!IsAvailable(record)) continue;
    const plan::Hello& hello = record.hello;
    FleetNode& node = fleet.emplace_back();
    node.id = record.id;
    node.name = hello.name;
    node.domain = hello.domain.empty() ? hello.name : hello.domain;
    node.can_compute = hello.can_compute;
    node.can_output = hello.can_output;
    node.drained = record.drained;
    node.memory_bytes = hello.memory_bytes;
    node.only_named = hello.cores == 0;
    // The clock of a board is that of the machine which stands for it, and computes nothing for it.
    node.costs_ns = node.only_named ? CostsOf(hello) : costs_of_machine[hello.clock_id];
  }
  return fleet;
}

}  // namespace continuo::coordinator
