// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "coordinator/core/alignment.h"
#include "coordinator/core/number_text.h"
#include "coordinator/core/show_rules.h"
#include "dsp/kernels/registry.h"

// What runs further ahead than the promise, and what is heard later than the playout. Between the two a packet lies in
// rings, and these hold two seconds.

namespace continuo::coordinator {
namespace {

constexpr Frames kRing = 2 * kSampleRate;

std::string Ms(Frames frames) {
  return ThousandthsText(frames * 1'000'000 / kSampleRate) + "ms";
}

void CheckLead(const Show& show, const ShowTask& task, Frames most, Issues& issues) {
  if (task.lead == 0) return;
  const std::string field = "tasks." + task.name + ".lead";
  const dsp::KernelDescription* const kernel = dsp::FindKernel(task.kind);
  if (!task.inputs.empty() || (kernel != nullptr && kernel->live)) {
    return issues.Error(field, "only what hears nothing can run ahead: \"" + task.name +
                                   "\" waits for its input whatever its lead is; leave it out");
  }
  if (task.lead >= show.timing.promise && task.lead <= most) return;
  issues.Error(field, Ms(task.lead) + " is out of range; allowed are " + Ms(show.timing.promise) +
                          " (the promise) to " + Ms(most) +
                          ": with the playout and the offsets of outputs it must fit into the 2 s "
                          "that rings hold");
}

}  // namespace

void CheckAhead(const Show& show, Issues& issues) {
  Frames latest = 0;
  const std::vector<Frames> offsets = OffsetsOf(show);
  const Frames room = kRing - show.timing.playout - show.timing.promise;
  for (std::size_t i = 0; i < offsets.size(); ++i) {
    const ShowOutput& output = show.outputs[i];
    const Frames most = std::min(kMostOffset, room - (offsets[i] - output.offset));
    latest = std::max(latest, offsets[i]);
    if (output.offset <= most || output.offset == 0) continue;
    issues.Error("outputs." + output.name + ".offset",
                 Ms(output.offset) + " is out of range; allowed are 0ms to " +
                     Ms(std::max<Frames>(0, most)) +
                     " (sound takes 1 s for 343 m), and with the playout and the promise not more "
                     "than the 2 s that rings hold");
  }
  if (issues.any_errors()) return;
  for (const ShowTask& task : show.tasks) {
    CheckLead(show, task, kRing - show.timing.playout - latest, issues);
  }
}

}  // namespace continuo::coordinator
