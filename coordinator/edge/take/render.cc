// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/take/render.h"

#include "absl/strings/str_cat.h"

namespace continuo::coordinator {

absl::StatusOr<dsp::OracleInput> OracleInputOf(const plan::Plan& plan,
                                               const std::vector<dsp::TaskEvent>& events,
                                               plan::TaskId output, Material& material) {
  dsp::OracleInput input;
  input.quantum = plan.quantum;
  input.start_n = plan.start_n;
  input.length = plan.length;
  input.plan_version = plan.version;
  input.session = plan.session;
  input.events = events;
  input.output = {{.from = output}};
  for (const plan::Task& task : plan.tasks) {
    auto of_task = material.Of(task.description);
    if (!of_task.ok()) {
      return absl::Status(of_task.status().code(),
                          absl::StrCat("task ", std::string(task.description.name.view()), ": ",
                                       of_task.status().message()));
    }
    input.tasks.push_back(task.description);
    input.material.push_back(*of_task);
  }
  return input;
}

}  // namespace continuo::coordinator
