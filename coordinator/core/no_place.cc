// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/no_place.h"

#include <algorithm>

#include "coordinator/core/did_you_mean.h"
#include "proto/plan/node_limits.h"

namespace continuo::coordinator {
namespace {

std::string MegabytesText(std::int64_t bytes) {
  return std::to_string(std::max<std::int64_t>(0, bytes) / 1'000'000) + " MB";
}

/// Nodes that it may run on and that cannot have it whatever room they have, and why.
struct Obstacles {
  std::size_t having = 0, drained = 0, barred = 0, unable = 0;
};

Obstacles ObstaclesIn(const Packing& packing) {
  Obstacles found;
  for (std::size_t i = 0; i < packing.fleet().size(); ++i) {
    const FleetNode& node = packing.fleet()[i];
    if (!packing.MayRun(i)) continue;
    if (packing.IsOccupied(i)) {
      ++found.having;
    } else if (!node.can_compute) {
      ++found.unable;
    } else if (node.drained) {
      ++found.drained;
    } else if (packing.IsBarred(i)) {
      ++found.barred;
    }
  }
  return found;
}

void Add(std::string& text, std::size_t count, const char* one, const char* many) {
  if (count == 0) return;
  text += text.empty() ? ": " : ", ";
  text += std::to_string(count) + (count == 1 ? " node " : " nodes ") + (count == 1 ? one : many);
}

/// Nodes that the show keeps it on, and that are not in the fleet.
std::vector<std::string> Missing(const Packing& packing) {
  std::vector<std::string> missing = packing.task().on;
  for (const FleetNode& node : packing.fleet()) std::erase(missing, node.name);
  return missing;
}

}  // namespace

std::size_t Nearest(const Packing& packing) {
  std::size_t nearest = Packing::kNone;
  std::int64_t least = 0;
  for (std::size_t i = 0; i < packing.fleet().size(); ++i) {
    if (!packing.IsOpen(i) || packing.IsOccupied(i) || packing.IsBarred(i)) continue;
    if (!packing.MayRun(i)) continue;
    const std::int64_t filled = packing.load_ns(i) + packing.CostAt(i);
    if (nearest != Packing::kNone && filled >= least) continue;
    nearest = i;
    least = filled;
  }
  return nearest;
}

std::string Lack(const Packing& packing, std::size_t node) {
  const std::string name = "\"" + packing.fleet()[node].name + "\"";
  const std::string task = "\"" + TextName(packing.task()) + "\"";
  if (packing.load_ns(node) + packing.CostAt(node) > kBudgetNsPerFrame) {
    return name + " is filled to " + BudgetText(packing.load_ns(node)) + " of its budget, and " +
           task + " takes " + BudgetText(packing.CostAt(node));
  }
  if (packing.memory_left(node) < packing.task().memory_bytes) {
    return name + " has " + MegabytesText(packing.memory_left(node)) + " of memory left, and " +
           task + " takes " + MegabytesText(packing.task().memory_bytes);
  }
  if (!packing.HasSeat(node)) {
    return name + " has " + std::to_string(plan::kMaxReplicasOfNode) +
           " replicas, witnesses included, and an agent runs no more";
  }
  return "";
}

std::string NoPlace(const Packing& packing) {
  const Obstacles found = ObstaclesIn(packing);
  std::string why;
  Add(why, found.having, "has one", "have one");
  Add(why, found.drained, "is drained", "are drained");
  Add(why, found.barred, "is ruled out", "are ruled out");
  Add(why, found.unable, "does not compute", "do not compute");
  if (const std::vector<std::string> missing = Missing(packing); !missing.empty()) {
    why += (why.empty() ? ": " : ", ") + Listed(missing) +
           (missing.size() == 1 ? " is not here" : " are not here");
  }
  const std::size_t nearest = Nearest(packing);
  if (nearest != Packing::kNone) why += (why.empty() ? ": " : "; ") + Lack(packing, nearest);
  const std::vector<std::string>& on = packing.task().on;
  return "there is no place for a replica of \"" + TextName(packing.task()) + "\"" +
         (on.empty() ? "" : ", which the show keeps on " + Listed(on)) + why;
}

}  // namespace continuo::coordinator
