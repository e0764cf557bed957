// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/show_check.h"

#include "coordinator/core/show_rules.h"
#include "dsp/graph/description.h"

namespace continuo::coordinator {
namespace {

struct Size {
  const char* field;
  std::size_t has, most;
};

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

void CheckSizes(const Show& show, Issues& issues) {
  constexpr std::size_t kMostNamed = 4096;
  constexpr std::size_t kMostDetails =
      131'072;  // wires, parameters, points and samples of all tasks and scenes
  constexpr std::size_t kMostFeeds = 1024;
  std::size_t details = 0, feeds = 0;
  for (const ShowTask& task : show.tasks) {
    details += task.inputs.size() + task.params.size() + task.samples.size() + task.on.size();
    for (const ShowCurve& curve : task.automation) details += 1 + curve.points.size();
    if (task.notes) details += task.notes->channels.size();
  }
  for (const ShowScene& scene : show.scenes) {
    for (const ShowSceneTask& task : scene.tasks) details += 1 + task.params.size();
  }
  for (const ShowOutput& output : show.outputs) feeds += 1 + output.feeds.size();
  for (const Size& size :
       {Size{"assets", show.assets.size(), kMostNamed},
        Size{"tasks", show.tasks.size(), dsp::kMaxTasks}, Size{"tasks", details, kMostDetails},
        Size{"scenes", show.scenes.size(), kMostNamed}, Size{"outputs", feeds, kMostFeeds}}) {
    if (size.has <= size.most) continue;
    issues.Error(size.field, "has " + std::to_string(size.has) +
                                 " entries; this is no show, and nothing else of it was checked");
  }
}

std::vector<Issue> CheckShow(const Show& show, std::span<const ImportedAsset> assets,
                             const Fleet* fleet, Arrangement* arrangement) {
  Issues issues;
  CheckSizes(show, issues);
  if (issues.any_errors()) return issues.Take();
  CheckHead(show, issues);
  CheckAssets(show, assets, issues);
  CheckTasks(show, issues);
  CheckWires(show, issues);
  CheckOutputs(show, issues);
  CheckScenes(show, issues);
  if (!issues.any_errors()) {
    CheckLatency(show, issues);
    CheckPaths(show, issues);
    CheckAhead(show, issues);
  }
  if (fleet != nullptr) CheckFleet(show, *fleet, issues);
  if (fleet != nullptr && !issues.any_errors()) {
    Arrangement found = CheckRoom(show, assets, *fleet, issues);
    if (arrangement != nullptr) *arrangement = std::move(found);
  }
  return issues.Take();
}

}  // namespace continuo::coordinator
