// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/param_values.h"

#include <algorithm>

namespace continuo::coordinator {
namespace {

void Apply(const Event& event, bool of_conductor, const dsp::TaskDescription& task,
           ParamValues& values) {
  if (!of_conductor && event.command == Command::kParam) {
    values[event.target] = event.AsFloat();
  }
  if (!of_conductor || event.command != Command::kScene) return;
  for (const dsp::SceneSetting& setting : task.scenes) {
    if (setting.scene == event.value) values[setting.index] = setting.value;
  }
}

}  // namespace

std::vector<TaskCommand> AsHeard(std::span<const TaskCommand> events) {
  std::vector<TaskCommand> heard(events.begin(), events.end());
  std::stable_sort(heard.begin(), heard.end(), [](const auto& a, const auto& b) {
    if (a.second.at != b.second.at) return a.second.at < b.second.at;
    return a.second.command == Command::kScene && b.second.command != Command::kScene;
  });
  return heard;
}

void ApplyUpTo(MediaTime n, std::span<const TaskCommand> heard, const dsp::TaskDescription& task,
               ParamValues& values) {
  for (const auto& [whose, event] : heard) {
    if (event.at > n) return;
    const bool of_conductor = whose == dsp::kConductorId;
    if (of_conductor || whose == task.id) Apply(event, of_conductor, task, values);
  }
}

}  // namespace continuo::coordinator
