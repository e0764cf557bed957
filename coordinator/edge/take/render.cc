// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/take/render.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "dsp/kernels/registry.h"
#include "proto/plan/performance.h"

namespace continuo::coordinator {
namespace {

absl::Status InTask(const plan::Task& task, const absl::Status& status) {
  return absl::Status(
      status.code(),
      absl::StrCat("task ", std::string(task.description.name.view()), ": ", status.message()));
}

}  // namespace

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
    if (!of_task.ok()) return InTask(task, of_task.status());
    const dsp::KernelDescription* const kernel = dsp::FindKernel(task.description.kind.view());
    if (kernel != nullptr && kernel->live) {
      auto heard = material.Heard(task.description, plan.start_n, plan.length);
      if (!heard.ok()) return InTask(task, heard.status());
      of_task->live = *heard;
    }
    input.tasks.push_back(task.description);
    input.spans.push_back(task.span);
    input.material.push_back(*of_task);
  }
  return input;
}

}  // namespace continuo::coordinator
