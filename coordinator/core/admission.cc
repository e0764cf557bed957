// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/admission.h"

#include "coordinator/core/did_you_mean.h"
#include "coordinator/core/n_plus_one.h"

namespace continuo::coordinator {
namespace {

/// A placement, with what is to be said about the deaths that could follow.
Placement TryToPlace(const std::vector<PlacementTask>& tasks, const FeedNodes& feeds,
                     const Fleet& fleet) {
  Placement placement = Place(tasks, feeds, fleet);
  if (!placement.error.empty()) return placement;
  Spareness spareness = CheckNPlusOne(tasks, fleet, OccupancyOf(placement, tasks, fleet));
  placement.error = std::move(spareness.error);
  for (std::string& warning : spareness.warnings) placement.warnings.push_back(std::move(warning));
  return placement;
}

void WarnOfFewer(const std::vector<PlacementTask>& tasks, Placement& placement) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    if (static_cast<int>(placement.replicas[i].size()) < tasks[i].replicas) {
      names.push_back(TextName(tasks[i]));
    }
  }
  if (names.empty()) return;
  placement.warnings.push_back("there is no room for a third replica, as tier 0 asks for, of " +
                               ListedInPart(names));
}

}  // namespace

Placement Admit(const std::vector<PlacementTask>& tasks, const FeedNodes& feeds,
                const Fleet& fleet) {
  Placement placement = TryToPlace(tasks, feeds, fleet);
  if (!placement.error.empty()) {
    std::vector<PlacementTask> modest = tasks;
    for (PlacementTask& task : modest) task.replicas = Needed(task);
    if (modest != tasks) placement = TryToPlace(modest, feeds, fleet);
  }
  if (placement.error.empty()) WarnOfFewer(tasks, placement);
  return placement;
}

}  // namespace continuo::coordinator
