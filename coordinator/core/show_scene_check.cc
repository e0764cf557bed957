// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include "coordinator/core/did_you_mean.h"
#include "coordinator/core/show_rules.h"
#include "dsp/graph/description.h"
#include "dsp/kernels/registry.h"
#include "proto/session/timeline.h"

namespace continuo::coordinator {
namespace {

void CheckScene(const Show& show, const ShowScene& scene, Issues& issues) {
  const std::string field = "scenes." + scene.name;
  if (const std::string wrong = CheckName(scene.name); !wrong.empty()) issues.Error(field, wrong);
  if (scene.tasks.empty()) issues.Warning(field, "sets nothing");
  for (const ShowSceneTask& set : scene.tasks) {
    const std::string place = field + "." + set.task;
    const ShowTask* task = FindShowTask(show, set.task);
    if (task == nullptr) {
      issues.Error(place, "there is no task of this name" + DidYouMean(set.task, TaskNames(show)));
      continue;
    }
    // Of an unknown kind the task itself is told.
    const dsp::KernelDescription* kernel = dsp::FindKernel(task->kind);
    if (kernel != nullptr) CheckParams(place, set.params, *kernel, issues);
  }
}

/// A task holds what all scenes set of it.
void CheckSettings(const Show& show, Issues& issues) {
  std::map<std::string, std::size_t> settings;
  for (const ShowScene& scene : show.scenes) {
    for (const ShowSceneTask& task : scene.tasks) settings[task.task] += task.params.size();
  }
  for (const auto& [task, count] : settings) {
    if (count <= dsp::kMaxSceneSettings) continue;
    issues.Error("scenes", "set " + std::to_string(count) + " parameters of \"" + task +
                               "\" in all; at most " + std::to_string(dsp::kMaxSceneSettings) +
                               " are possible");
  }
}

}  // namespace

void CheckScenes(const Show& show, Issues& issues) {
  if (show.scenes.size() > session::kMaxScenes) {
    issues.Error("scenes", "has " + std::to_string(show.scenes.size()) + " scenes; at most " +
                               std::to_string(session::kMaxScenes) + " are possible");
  }
  for (const ShowScene& scene : show.scenes) CheckScene(show, scene, issues);
  CheckSettings(show, issues);
}

}  // namespace continuo::coordinator
