// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/take/render.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/plan/performance.h"

namespace continuo::coordinator {

absl::StatusOr<dsp::OracleInput> OracleInputOf(std::span<const plan::Plan> plans,
                                               const std::vector<dsp::TaskEvent>& events,
                                               std::vector<dsp::Wire> output, Material& material) {
  const plan::Plan& plan = plans.front();
  dsp::OracleInput input;
  input.quantum = plan.quantum;
  input.start_n = plan.start_n;
  input.length = plan.length;
  input.plan_version = plan.run != 0 ? plan.run : plan.version;
  input.session = plan.session;
  input.tempo_marks = plan.tempo_marks;
  input.events = events;
  input.output = std::move(output);
  for (const plan::Task& task : plan::Gather(plans).tasks) {
    auto of_task = material.Of(task.description);
    if (!of_task.ok()) {
      return absl::Status(of_task.status().code(),
                          absl::StrCat("task ", std::string(task.description.name.view()), ": ",
                                       of_task.status().message()));
    }
    input.tasks.push_back(task.description);
    input.spans.push_back(task.span);
    input.material.push_back(*of_task);
  }
  return input;
}

}  // namespace continuo::coordinator
