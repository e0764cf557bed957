// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "coordinator/core/show_change.h"
#include "dsp/graph/wire_gain.h"

namespace continuo::coordinator {

bool TidyPlan(plan::Plan& plan, MediaTime now) {
  // Outputs play late, and repairs are asked for from rings of two seconds.
  const MediaTime over = now - plan.timing.playout - 2 * kSampleRate;
  bool any = false;
  const plan::Plan& before = plan;  // to look, so that nothing is copied that stays
  for (std::size_t i = 0; i < before.outputs.size(); ++i) {
    const plan::Output& output = before.outputs[i];
    if (output.before == 0 || output.since + dsp::kWireFade > over) continue;
    plan.outputs[i].before = 0;
    any = true;
  }
  const auto is_over = [over](const dsp::Wire& wire) { return wire.ends + dsp::kWireFade <= over; };
  for (std::size_t i = 0; i < before.tasks.size(); ++i) {
    const auto& planned = before.tasks[i].description.wires;
    if (std::none_of(planned.begin(), planned.end(), is_over)) continue;
    auto& wires = plan.tasks[i].description.wires;
    for (std::size_t k = wires.size(); k-- > 0;) {
      if (is_over(wires[k])) wires.erase(k);
    }
    any = true;
  }
  any |= plan.tasks.EraseIf([over](const plan::Task& task) { return task.span.ends <= over; }) != 0;
  return any;
}

}  // namespace continuo::coordinator
