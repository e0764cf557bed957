// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/scene_snapshot.h"

#include <algorithm>
#include <string_view>

#include "coordinator/core/number_text.h"
#include "coordinator/core/param_values.h"
#include "coordinator/edge/show/show_file.h"
#include "dsp/kernels/registry.h"
#include "proto/plan/routes.h"

namespace continuo::coordinator::cli {
namespace {

bool PlaysAt(const plan::Task& task, MediaTime n) {
  return !plan::IsConductor(task) && task.span.begins <= n && n < task.span.ends;
}

/// A parameter that a scene may set counts as touched, even before it is recalled.
ParamValues Initial(const dsp::TaskDescription& task, const dsp::KernelDescription& kernel) {
  ParamValues values;
  for (const dsp::SceneSetting& setting : task.scenes) {
    values[setting.index] = kernel.params[setting.index].initial;
  }
  for (const dsp::ParamSetting& param : task.params) values[param.index] = param.value;
  return values;
}

std::string EntryYaml(const ShowSceneTask& task) {
  std::string text = "    " + task.task + ": {";
  for (const ShowParam& param : task.params) {
    if (text.back() != '{') text += ", ";
    text += param.name + ": " + NumberText(param.value);
  }
  return text + "}\n";
}

/// Where the line after that position begins.
std::size_t NextLine(std::string_view text, std::size_t at) {
  const std::size_t end = text.find('\n', at);
  return end == std::string_view::npos ? text.size() : end + 1;
}

/// `scenes:` alone on its line, but for a comment.
bool OpensABlock(std::string_view line) {
  line.remove_prefix(std::string_view("scenes:").size());
  const std::size_t text = line.find_first_not_of(" \t\r\n");
  return text == std::string_view::npos || line[text] == '#';
}

}  // namespace

ShowScene SceneAt(const plan::Plan& plan, std::span<const std::pair<dsp::TaskId, Event>> events,
                  MediaTime n, std::string name) {
  ShowScene scene{std::move(name), {}};
  const std::vector<TaskCommand> heard = AsHeard(events);
  for (const plan::Task& task : plan.tasks) {
    const dsp::KernelDescription* kernel = dsp::FindKernel(task.description.kind.view());
    if (kernel == nullptr || !PlaysAt(task, n)) continue;
    ParamValues values = Initial(task.description, *kernel);
    ApplyUpTo(n, heard, task.description, values);
    if (values.empty()) continue;
    ShowSceneTask& set = scene.tasks.emplace_back();
    set.task = task.description.name.view();
    for (const auto& [index, value] : values) {
      if (index < kernel->params.size()) set.params.push_back({kernel->params[index].name, value});
    }
  }
  return scene;
}

std::string SceneYaml(const ShowScene& scene) {
  std::string text = "  " + scene.name + ":" + (scene.tasks.empty() ? " {}" : "") + "\n";
  for (const ShowSceneTask& task : scene.tasks) text += EntryYaml(task);
  return text;
}

std::string WithScene(const std::string& show_yaml, const ShowScene& scene, std::string& wrong) {
  const ParsedShow before = ParseShow(show_yaml);
  if (!before.is_show) {
    wrong = "this is no show";
    return "";
  }
  for (const ShowScene& known : before.show.scenes) {
    if (known.name != scene.name) continue;
    wrong = "it has a scene \"" + scene.name + "\" already; take another name, or remove that one";
    return "";
  }
  std::string text = show_yaml;
  if (!text.empty() && text.back() != '\n') text += '\n';
  const std::size_t at = text.starts_with("scenes:") ? 0 : text.find("\nscenes:");
  if (at == std::string::npos) {
    text += "\nscenes:\n" + SceneYaml(scene);
  } else {
    const std::size_t line = at == 0 ? 0 : at + 1;
    const std::size_t next = NextLine(text, line);
    if (OpensABlock(std::string_view(text).substr(line, next - line))) {
      text.insert(next, SceneYaml(scene));
    }
  }
  // Whatever a person may have written: what cannot be read back as meant is not written.
  const ParsedShow after = ParseShow(text);
  const auto is_it = [&scene](const ShowScene& one) { return one == scene; };
  const auto& scenes = after.show.scenes;
  if (after.issues.size() <= before.issues.size() &&
      scenes.size() == before.show.scenes.size() + 1 &&
      std::any_of(scenes.begin(), scenes.end(), is_it)) {
    return text;
  }
  wrong =
      "its scenes are written in a way that only a person can change; paste what is printed "
      "without --into";
  return "";
}

}  // namespace continuo::coordinator::cli
