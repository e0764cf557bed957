// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/completion_command.h"

#include <cstdio>
#include <cstdlib>
#include <optional>

#include "coordinator/cli/board_image.h"
#include "coordinator/cli/completion.h"
#include "coordinator/cli/whereabouts.h"
#include "coordinator/edge/grpc/operator_client.h"
#include "dsp/kernels/registry.h"

namespace continuo::coordinator::cli {
namespace {

Suggestions Kinds() {
  Suggestions kinds;
  for (const dsp::KernelDescription* kernel : dsp::Kernels()) {
    kinds.push_back({kernel->kind, kernel->help});
  }
  return kinds;
}

Suggestions Boards() {
  Suggestions boards;
  for (const BoardKind& board : BoardKinds()) boards.push_back({board.name, board.chip});
  return boards;
}

Suggestions ParamsOf(const View& view, const std::string& name) {
  for (const TaskView& task : view.tasks) {
    const dsp::KernelDescription* kernel = dsp::FindKernel(task.kind);
    if (task.name != name || kernel == nullptr) continue;
    Suggestions params;
    for (const dsp::ParamDescription& param : kernel->params) {
      params.push_back({param.name, param.help});
    }
    return params;
  }
  return {};
}

/// Names that the coordinator knows. It is asked once, and a person who types is not kept waiting or told off.
class Names {
 public:
  explicit Names(std::string coordinator) : coordinator_(std::move(coordinator)) {}

  Suggestions Find(const std::string& name, const std::vector<std::string>& before) {
    if (name == "file" || name == "source") return {{kShowFiles, ""}};
    if (name == "take") return {{kFolders, ""}};
    for (const char* const file : {"out", "image", "key", "serial", "openocd", "line"}) {
      if (name == file) return {{kAnyFiles, ""}};
    }
    if (name == "board") return Boards();
    if (name == "kind") return Kinds();
    if (name == "shell") return {{"bash", ""}, {"zsh", ""}};
    if (name == "task" || name == "output") return Tasks();
    if (name == "param" && !before.empty()) return ParamsOf(Look(), before.front());
    if (name == "node" || name == "to" || name == "from") return Nodes();
    if (name == "id") return Operations();
    if (name == "version") return Versions();
    if (name == "scene") return Scenes();
    return {};
  }

 private:
  const View& Look() {
    if (!view_) {
      auto seen = OperatorClient(coordinator_).Look();
      view_ = seen.ok() ? *std::move(seen) : View();
    }
    return *view_;
  }
  Suggestions Tasks() {
    Suggestions tasks;
    for (const TaskView& task : Look().tasks) {
      if (dsp::FindKernel(task.kind) != nullptr) tasks.push_back({task.name, task.kind});
    }
    return tasks;
  }
  Suggestions Nodes() {
    Suggestions nodes;
    for (const NodeView& node : Look().nodes) nodes.push_back({node.name, ToString(node.liveness)});
    return nodes;
  }
  Suggestions Operations() {
    Suggestions open;
    for (const OperationView& operation : Look().operations) {
      if (!operation.done) open.push_back({std::to_string(operation.id), operation.text});
    }
    return open;
  }
  Suggestions Scenes() {
    Suggestions scenes;
    for (const SceneView& scene : Look().scenes) scenes.push_back({scene.name, ""});
    return scenes;
  }
  Suggestions Versions() {
    Suggestions versions;
    for (const ShowVersionView& version : Look().versions) {
      versions.push_back({std::to_string(version.number),
                          version.show + ": " + version.text.substr(0, version.text.find('\n'))});
    }
    return versions;
  }

  const std::string coordinator_;
  std::optional<View> view_;
};

/// As the line that is being typed names it, or the environment.
std::string CoordinatorOf(const std::vector<std::string>& words) {
  for (std::size_t i = 0; i + 2 < words.size(); ++i) {
    if (words[i] == "--coordinator") return words[i + 1];
  }
  const char* const named = std::getenv("CONTINUO_COORDINATOR");
  return named == nullptr ? UsualCoordinator() : named;
}

}  // namespace

int RunComplete(const CLI::App& root, const std::vector<std::string>& words) {
  Names names(CoordinatorOf(words));
  const auto find = [&names](const std::string& name, const std::vector<std::string>& before) {
    return names.Find(name, before);
  };
  for (const Suggestion& one : Complete(root, words, find)) {
    const std::string help = one.help.empty() ? "" : "\t" + one.help;
    std::printf("%s%s\n", one.word.c_str(), help.c_str());
  }
  return kDone;
}

int RunCompletion(const std::string& shell) {
  std::fputs(CompletionScript(shell).c_str(), stdout);
  return kDone;
}

}  // namespace continuo::coordinator::cli
