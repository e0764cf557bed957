// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "coordinator/core/no_place.h"
#include "coordinator/core/packing.h"
#include "coordinator/core/placement.h"

namespace continuo::coordinator {
namespace {

/// Considering the task.
Packing PackingFor(const PlacementTask& task, std::span<const plan::NodeId> taken,
                   const Fleet& fleet, const Occupancy& occupancy) {
  Packing packing(fleet, occupancy);
  packing.Consider(task);
  for (const plan::NodeId id : taken) {
    if (packing.IndexOf(id) != Packing::kNone) packing.Occupy(packing.IndexOf(id));
  }
  return packing;
}

std::string WhatHelps(const PlacementTask& task) {
  return task.on.empty() ? "; make room, or start an agent on another machine"
                         : "; make room there, or apply a show that names more nodes";
}

}  // namespace

Choice PlaceOne(const PlacementTask& task, std::span<const plan::NodeId> taken, const Fleet& fleet,
                const Occupancy& occupancy, std::span<const plan::NodeId> barred) {
  Packing packing = PackingFor(task, taken, fleet, occupancy);
  for (const plan::NodeId id : barred) {
    if (packing.IndexOf(id) != Packing::kNone) packing.Bar(packing.IndexOf(id));
  }
  const std::size_t best = packing.Best();
  if (best == Packing::kNone) {
    return {0, NoPlace(packing) + WhatHelps(task), ""};
  }
  Choice choice{fleet[best].id, "", ""};
  if (packing.InDomain(best) > 0) {
    choice.warning = "\"" + fleet[best].name + "\" is in the domain \"" + fleet[best].domain +
                     "\", where \"" + TextName(task) +
                     "\" has a replica already: there is no room in another domain";
  }
  return choice;
}

std::string WhyNot(const PlacementTask& task, plan::NodeId node,
                   std::span<const plan::NodeId> taken, const Fleet& fleet,
                   const Occupancy& occupancy) {
  const Packing packing = PackingFor(task, taken, fleet, occupancy);
  const std::size_t i = packing.IndexOf(node);
  if (i == Packing::kNone) return "the node is not here";
  const std::string name = "\"" + fleet[i].name + "\"";
  if (!packing.MayRun(i) && task.on.empty()) {
    return name + " takes only what the show keeps on it; write `on:` for \"" + TextName(task) +
           "\"";
  }
  if (!packing.MayRun(i)) return KeptText(TextName(task), task.on);
  if (!fleet[i].can_compute) return name + " does not compute";
  if (fleet[i].drained) return name + " is drained";
  if (std::find(taken.begin(), taken.end(), node) != taken.end()) {
    return name + " has a replica of \"" + TextName(task) + "\" already";
  }
  return Lack(packing, i);
}

}  // namespace continuo::coordinator
