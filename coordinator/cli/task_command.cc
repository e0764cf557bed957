// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>

#include "coordinator/cli/commands.h"
#include "coordinator/cli/meters_text.h"
#include "coordinator/cli/task_params.h"
#include "coordinator/cli/whereabouts.h"
#include "coordinator/edge/grpc/operator_client.h"

namespace continuo::coordinator::cli {

int RunTaskShow(const Invocation& invocation, const std::string& name) {
  OperatorClient client(CoordinatorOf(invocation));
  auto view = client.Look();
  if (!view.ok()) return Fail(invocation, view.status());
  const auto is_another = [&name](const TaskView& task) { return task.name != name; };
  if (std::all_of(view->tasks.begin(), view->tasks.end(), is_another)) {
    const std::string wrong = NoSuchTask(*view, name);
    return Fail(invocation, wrong.empty() ? "there is no task; nothing has been played" : wrong);
  }
  // Asked last: what is told of the parameters is no older than this command.
  const auto take = client.GetTake();
  if (!take.ok()) return Fail(invocation, take.status());
  const plan::Task* task =
      take->plans.empty() ? nullptr : FindTaskAt(take->plans.back(), name, view->now);
  if (task == nullptr) return Fail(invocation, "the show has just changed; ask again");
  const std::vector<TaskParam> params = ParamsAt(*task, take->events, view->now);
  std::erase_if(view->tasks, is_another);
  if (invocation.json) {
    Json json = TaskJson(*view, view->tasks.front());
    json["parameters"] = ParamsJson(params);
    std::printf("%s\n", Dump(json).c_str());
    return kDone;
  }
  const Terminal terminal;
  Lines lines = TaskLines(*view, terminal);
  lines.emplace_back();
  const Lines more = ParamLines(params, view->now, terminal);
  lines.insert(lines.end(), more.begin(), more.end());
  PrintLines(lines);
  return kDone;
}

}  // namespace continuo::coordinator::cli
