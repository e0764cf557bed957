// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/packing.h"

#include <algorithm>
#include <limits>
#include <map>
#include <string_view>

#include "proto/plan/node_limits.h"

namespace continuo::coordinator {

Packing::Packing(const Fleet& fleet)
    : fleet_(fleet),
      load_ns_(fleet.size(), 0),
      seats_left_(fleet.size(), static_cast<int>(plan::kMaxReplicasOfNode)),
      cost_ns_(fleet.size(), 0),
      taken_(fleet.size(), kFree) {
  std::map<std::string_view, std::uint16_t> domains;
  for (std::size_t i = 0; i < fleet.size(); ++i) {
    const FleetNode& node = fleet[i];
    if (node.id >= index_of_.size()) index_of_.resize(node.id + 1u, kNone);
    index_of_[node.id] = i;
    const auto domain = domains.emplace(node.domain, domains.size());
    domain_.push_back(domain.first->second);
    memory_left_.push_back(node.memory_bytes != 0 ? node.memory_bytes
                                                  : std::numeric_limits<std::int64_t>::max() / 2);
    open_.push_back(node.can_compute && !node.drained);
    some_only_named_ |= node.only_named;
  }
  in_domain_.resize(domains.size(), 0);
  least_load_ns_.resize((fleet.size() + kBlock - 1) / kBlock, 0);
  least_cost_ns_ = least_load_ns_;
}

Packing::Packing(const Fleet& fleet, const Occupancy& occupancy) : Packing(fleet) {
  for (const Occupant& occupant : occupancy.occupants) {
    const std::size_t node = IndexOf(occupant.node);
    if (node == kNone) continue;
    Load(node, occupant.cost_ns, occupant.memory_bytes, occupant.task == 0 ? 0 : 1);
  }
}

void Packing::Consider(const PlacementTask& task) {
  for (const std::size_t node : marked_) {
    taken_[node] = kFree;
    in_domain_[domain_[node]] = 0;
  }
  marked_.clear();
  in_domain_max_ = 0;
  task_ = &task;
  SetCosts(task);
  if (task.on.empty() && !some_only_named_) return;
  for (std::size_t i = 0; i < fleet_.size(); ++i) {
    if (!MayRun(i)) Mark(i, kForbidden);
  }
}

void Packing::SetCosts(const PlacementTask& task) {
  const std::tuple costs_of(task.kernel, task.channels, task.cost_ns);
  if (costs_of == costs_of_) return;
  costs_of_ = costs_of;
  const std::vector<std::int64_t>& measured = Measured(task.kernel);
  for (std::size_t i = 0; i < measured.size(); ++i) {
    cost_ns_[i] = measured[i] == 0 ? task.cost_ns : CostFrom(measured[i], task.channels);
    std::int64_t& least = least_cost_ns_[i / kBlock];
    least = i % kBlock == 0 ? cost_ns_[i] : std::min(least, cost_ns_[i]);
  }
}

const std::vector<std::int64_t>& Packing::Measured(int kernel) {
  const int below = kernel + 1;  // -1 has a row, too
  const auto row = static_cast<std::size_t>(below);
  if (row >= measured_.size()) measured_.resize(row + 1);
  if (measured_[row].empty()) {
    for (const FleetNode& node : fleet_) measured_[row].push_back(MeasuredOn(kernel, node));
  }
  return measured_[row];
}

void Packing::Occupy(std::size_t node) {
  Mark(node, kOccupied);
  in_domain_max_ = std::max<int>(in_domain_max_, ++in_domain_[domain_[node]]);
}

void Packing::Bar(std::size_t node) {
  if (taken_[node] == kFree) Mark(node, kBarred);
}

void Packing::Mark(std::size_t node, Taken taken) {
  taken_[node] = taken;
  marked_.push_back(node);
}

std::size_t Packing::Best() const {
  std::size_t best = kNone;
  for (int replicas = 0; best == kNone && replicas <= in_domain_max_; ++replicas) {
    best = BestOfDomainsWith(replicas);
  }
  return best;
}

std::size_t Packing::BestOfDomainsWith(int replicas) const {
  std::size_t best = kNone;
  std::int64_t least = kBudgetNsPerFrame + 1;
  for (std::size_t block = 0; block < least_load_ns_.size(); ++block) {
    // Nearly all nodes end here, so nothing dearer may come before.
    if (least_load_ns_[block] + least_cost_ns_[block] >= least) continue;
    const std::size_t end = std::min(load_ns_.size(), (block + 1) * kBlock);
    for (std::size_t i = block * kBlock; i < end; ++i) {
      const std::int64_t filled = load_ns_[i] + cost_ns_[i];
      if (filled >= least) continue;
      if (open_[i] == 0 || taken_[i] != kFree || in_domain_[domain_[i]] != replicas) continue;
      if (memory_left_[i] < task_->memory_bytes || !HasSeat(i)) continue;
      best = i;
      least = filled;
    }
  }
  return best;
}

void Packing::Put(std::size_t node) {
  Occupy(node);
  Load(node, CostAt(node), task_->memory_bytes, 1);
}

bool Packing::HasRoom(std::size_t node) const {
  return load_ns_[node] + CostAt(node) <= kBudgetNsPerFrame &&
         memory_left_[node] >= task_->memory_bytes && HasSeat(node);
}

void Packing::Load(std::size_t node, std::int64_t cost_ns, std::int64_t memory_bytes,
                   int replicas) {
  seats_left_[node] -= replicas;
  load_ns_[node] += cost_ns;
  const std::size_t begin = node / kBlock * kBlock;
  const std::size_t end = std::min(load_ns_.size(), begin + kBlock);
  least_load_ns_[node / kBlock] =
      *std::min_element(load_ns_.begin() + static_cast<std::ptrdiff_t>(begin),
                        load_ns_.begin() + static_cast<std::ptrdiff_t>(end));
  memory_left_[node] -= memory_bytes;
}

}  // namespace continuo::coordinator
