// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "coordinator/cli/commands.h"
#include "coordinator/cli/json_view.h"
#include "coordinator/cli/scene_snapshot.h"
#include "coordinator/cli/show_source.h"
#include "coordinator/cli/whereabouts.h"
#include "coordinator/core/show_rules.h"
#include "coordinator/edge/grpc/operator_client.h"

namespace continuo::coordinator::cli {
namespace {

namespace fs = std::filesystem;

/// The whole file or the old one. Empty, or what went wrong.
std::string Replace(const fs::path& file, const std::string& text) {
  fs::path fresh = file;
  fresh += ".new";
  std::ofstream out(fresh, std::ios::binary);
  out << text;
  out.close();
  std::error_code failed;
  if (out) fs::rename(fresh, file, failed);
  if (out && !failed) return "";
  std::error_code ignored;
  fs::remove(fresh, ignored);
  return "cannot write " + file.string();
}

std::string WriteInto(const std::string& file, const ShowScene& scene) {
  std::string source, wrong;
  if (wrong = ReadShow(file, source); !wrong.empty()) return file + ": " + wrong;
  const std::string text = WithScene(source, scene, wrong);
  return text.empty() ? file + ": " + wrong : Replace(file, text);
}

Json SceneJson(const ShowScene& scene, const std::string& file) {
  Json tasks = Json::object();
  for (const ShowSceneTask& task : scene.tasks) {
    for (const ShowParam& param : task.params) tasks[task.task][param.name] = param.value;
  }
  return {{"scene", scene.name}, {"tasks", tasks}, {"file", file.empty() ? Json() : Json(file)}};
}

}  // namespace

int RunSceneSave(const Invocation& invocation, const std::string& name, const std::string& file) {
  if (const std::string wrong = CheckName(name); !wrong.empty()) return Fail(invocation, wrong);
  OperatorClient client(CoordinatorOf(invocation));
  const auto view = client.Look();
  if (!view.ok()) return Fail(invocation, view.status());
  const auto take = client.GetTake();
  if (!take.ok()) return Fail(invocation, take.status());
  if (take->plans.empty()) return Fail(invocation, "no show has been played yet");
  const ShowScene scene = SceneAt(take->plans.back(), take->events, view->now, name);
  if (!file.empty()) {
    if (const std::string wrong = WriteInto(file, scene); !wrong.empty()) {
      return Fail(invocation, wrong);
    }
  }
  if (invocation.json) {
    std::printf("%s\n", SceneJson(scene, file).dump().c_str());
  } else if (file.empty()) {
    std::printf("scenes:\n%s", SceneYaml(scene).c_str());
  } else {
    std::printf("%s: scene \"%s\" is there; a show learns its scenes when it begins\n",
                file.c_str(), name.c_str());
  }
  return kDone;
}

}  // namespace continuo::coordinator::cli
