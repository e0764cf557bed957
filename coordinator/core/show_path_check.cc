// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/alignment.h"
#include "coordinator/core/show_rules.h"
#include "dsp/graph/description.h"

// What comes to a task by a short way waits for what looks ahead on a longer one. Can it wait for so long?

namespace continuo::coordinator {
namespace {

/// The wire through which sound comes last.
const ShowWire& LastOf(Ways& ways, const ShowTask& task) {
  for (const ShowWire& wire : task.inputs) {
    if (ways.DelayOf(task, wire) == 0) return wire;
  }
  return task.inputs.front();
}

}  // namespace

void CheckPaths(const Show& show, Issues& issues) {
  Ways ways(show);
  for (const ShowTask& task : show.tasks) {
    for (const ShowWire& wire : task.inputs) {
      const Frames delay = ways.DelayOf(task, wire);
      if (delay <= dsp::kMaxWireDelay) continue;
      issues.Error("tasks." + task.name + ".inputs",
                   "\"" + wire.from + "\" would have to wait " + std::to_string(delay) +
                       " samples for \"" + LastOf(ways, task).from +
                       "\", on whose way kernels look so far ahead; at most " +
                       std::to_string(dsp::kMaxWireDelay) + " are possible");
      break;  // one wire tells enough
    }
  }
}

}  // namespace continuo::coordinator
