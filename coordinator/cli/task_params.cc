// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/task_params.h"

#include <algorithm>
#include <map>

#include "coordinator/cli/numbers.h"
#include "coordinator/cli/table.h"
#include "coordinator/core/number_text.h"
#include "coordinator/core/param_values.h"
#include "dsp/kernels/registry.h"
#include "proto/plan/routes.h"

namespace continuo::coordinator::cli {
namespace {

ParamValues BeforeAnyCommand(const dsp::TaskDescription& task,
                             const dsp::KernelDescription& kernel) {
  ParamValues values;
  for (std::size_t i = 0; i < kernel.params.size(); ++i) values[i] = kernel.params[i].initial;
  for (const dsp::ParamSetting& param : task.params) values[param.index] = param.value;
  return values;
}

/// When what `heard` says last of each parameter is dated.
std::map<std::size_t, MediaTime> DatesOf(std::span<const TaskCommand> heard,
                                         const dsp::TaskDescription& task) {
  std::map<std::size_t, MediaTime> dates;
  for (const TaskCommand& one : heard) {
    ParamValues set;
    ApplyUpTo(one.second.at, {&one, 1}, task, set);
    for (const auto& [index, value] : set) dates[index] = one.second.at;
  }
  return dates;
}

}  // namespace

std::vector<TaskParam> ParamsAt(const plan::Task& task,
                                std::span<const std::pair<dsp::TaskId, Event>> events,
                                MediaTime n) {
  const dsp::TaskDescription& description = task.description;
  const dsp::KernelDescription* kernel = dsp::FindKernel(description.kind.view());
  if (kernel == nullptr) return {};
  const std::vector<TaskCommand> heard = AsHeard(events);
  ParamValues now = BeforeAnyCommand(description, *kernel), committed = now;
  ApplyUpTo(n, heard, description, now);
  ApplyUpTo(kMediaTimeLimit, heard, description, committed);
  std::map<std::size_t, MediaTime> dates = DatesOf(heard, description);
  std::vector<TaskParam> params;
  for (std::size_t i = 0; i < kernel->params.size(); ++i) {
    params.push_back(
        {kernel->params[i].name, kernel->params[i].unit, now[i], committed[i], dates[i]});
  }
  return params;
}

const plan::Task* FindTaskAt(const plan::Plan& plan, std::string_view name, MediaTime n) {
  const auto found = std::find_if(plan.tasks.begin(), plan.tasks.end(), [&](const auto& task) {
    return !plan::IsConductor(task) && task.description.name.view() == name && n < task.span.ends;
  });
  return found == plan.tasks.end() ? nullptr : &*found;
}

Lines ParamLines(std::span<const TaskParam> params, MediaTime n, const Terminal& terminal) {
  Table table({"parameter", ">value", "unit", ""});
  for (const TaskParam& param : params) {
    const std::string coming = param.at > n ? "soon " + NumberText(param.committed) : "";
    table.Add({param.name, NumberText(param.value), param.unit, terminal.Warn(coming)});
  }
  return table.empty() ? Lines{"it has no parameters"} : table.Lines();
}

Json ParamsJson(std::span<const TaskParam> params) {
  Json all = Json::object();
  for (const TaskParam& param : params) {
    all[param.name] = {{"value", param.value},
                       {"unit", param.unit},
                       {"committed", param.committed},
                       {"at", param.at == 0 ? Json(nullptr) : Json(param.at)}};
  }
  return all;
}

}  // namespace continuo::coordinator::cli
