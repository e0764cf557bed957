// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/scene_text.h"

#include "coordinator/cli/json_view.h"
#include "coordinator/cli/table.h"

namespace continuo::coordinator::cli {

std::vector<std::string> SceneLines(const View& view, const Terminal& /*terminal*/) {
  Table table({"scene", ">tasks", ">settings"});
  for (const SceneView& scene : view.scenes) {
    table.Add({scene.name, std::to_string(scene.tasks), std::to_string(scene.settings)});
  }
  return table.empty() ? std::vector<std::string>{"the show has no scenes"} : table.Lines();
}

std::string ScenesJson(const View& view) {
  const Json scenes = JsonList(view.scenes, [](const SceneView& scene) -> Json {
    return {{"name", scene.name}, {"tasks", scene.tasks}, {"settings", scene.settings}};
  });
  return scenes.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace continuo::coordinator::cli
