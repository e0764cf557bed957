// SPDX-License-Identifier: Apache-2.0
#include "bench/bench.h"
#include "coordinator/core/big_fleet.h"
#include "coordinator/core/evacuation.h"
#include "coordinator/core/n_plus_one.h"

namespace continuo::bench {
namespace {

using namespace coordinator;

/// Every twentieth node dies, each in a world of its own.
double MedianRepairNs(const BigFleet& big, const Occupancy& occupancy) {
  std::vector<double> took;
  for (std::size_t i = 0; i < big.fleet.size(); i += 20) {
    Fleet left = big.fleet;
    left.erase(left.begin() + static_cast<std::ptrdiff_t>(i));
    const std::int64_t began = CpuTime();
    const Evacuation evacuation = Evacuate(big.fleet[i].id, big.tasks, left, occupancy);
    took.push_back(static_cast<double>(CpuTime() - began));
    Require(evacuation.stranded.empty() && !evacuation.moves.empty(), "a replica is stranded");
  }
  return Median(std::move(took));
}

}  // namespace

std::vector<Row> PlacementRows() {
  const BigFleet big;
  Placement placement;
  const double place_ns = MedianNs(7, [&] { placement = Place(big.tasks, {}, big.fleet); });
  Require(placement.error.empty(), placement.error);
  const Occupancy occupancy = OccupancyOf(placement, big.tasks, big.fleet);
  const std::string fault = Fault(occupancy, big.tasks, big.fleet);
  Require(fault.empty(), fault);
  const double trial_ns = MedianNs(3, [&] {
    Require(CheckNPlusOne(big.tasks, big.fleet, occupancy).error.empty(), "no room for a death");
  });
  return {
      {"place 10,000 tasks x 2 on 1,000 nodes", place_ns / 1e6, 200, "ms"},
      {"repair after a node's death, of 1,000 nodes", MedianRepairNs(big, occupancy) / 1e6, 5,
       "ms"},
      {"try each of 1,000 deaths (N+1)", trial_ns / 1e6, 1000, "ms"},
  };
}

}  // namespace continuo::bench
