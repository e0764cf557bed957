// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/show_check.h"

#include "coordinator/core/show_rules.h"
#include "dsp/graph/description.h"

namespace continuo::coordinator {
namespace {

void CheckTasks(const Show& show, Issues& issues) {
  constexpr std::size_t kMost = dsp::kMaxTasks - 1;  // the conductor is one
  if (show.tasks.empty()) issues.Error("tasks", "a show needs at least one task");
  if (show.tasks.size() > kMost) {
    issues.Error("tasks", "has " + std::to_string(show.tasks.size()) + " tasks; at most " +
                              std::to_string(kMost) + " are possible");
  }
  for (std::size_t i = 0; i < show.tasks.size(); ++i) {
    const ShowTask& task = show.tasks[i];
    if (&task != FindShowTask(show, task.name)) {
      issues.Error("tasks." + task.name, "there is another task of this name; rename one");
    }
    CheckTask(show, task, issues);
  }
}

}  // namespace

std::vector<Issue> CheckShow(const Show& show, std::span<const ImportedAsset> assets,
                             const Fleet* fleet) {
  Issues issues;
  CheckHead(show, issues);
  CheckAssets(show, assets, issues);
  CheckTasks(show, issues);
  CheckWires(show, issues);
  CheckOutputs(show, issues);
  if (!issues.any_errors()) CheckLatency(show, issues);
  if (fleet != nullptr) CheckFleet(show, *fleet, issues);
  if (fleet != nullptr && !issues.any_errors()) CheckRoom(show, assets, *fleet, issues);
  return issues.Take();
}

}  // namespace continuo::coordinator
