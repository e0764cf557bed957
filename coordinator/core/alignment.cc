// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/alignment.h"

#include <algorithm>

#include "coordinator/core/show_rules.h"
#include "dsp/kernels/registry.h"

namespace continuo::coordinator {
namespace {

Frames LookAheadOf(const ShowTask& task) {
  const dsp::KernelDescription* const kernel = dsp::FindKernel(task.kind);
  return kernel == nullptr ? 0 : kernel->latency_frames;
}

}  // namespace

Frames Ways::Into(const ShowTask& task) {
  Frames& known = known_[PlaceOf(show_, task)];
  if (known != kUnknown) return known;
  Frames longest = 0;
  for (const ShowWire& wire : task.inputs) {
    const ShowTask* const from = FindShowTask(show_, wire.from);
    if (from != nullptr) longest = std::max(longest, OutOf(*from));
  }
  return known = longest;
}

Frames Ways::OutOf(const ShowTask& task) {
  return Into(task) + LookAheadOf(task);
}

Frames Ways::DelayOf(const ShowTask& task, const ShowWire& wire) {
  const ShowTask* const from = FindShowTask(show_, wire.from);
  return from == nullptr ? 0 : Into(task) - OutOf(*from);
}

std::vector<Frames> OffsetsOf(const Show& show) {
  Ways ways(show);
  std::vector<Frames> offsets;
  Frames longest = 0;
  for (const ShowOutput& output : show.outputs) {
    const ShowTask* const from = FindShowTask(show, output.from);
    offsets.push_back(from == nullptr ? 0 : ways.OutOf(*from));
    longest = std::max(longest, offsets.back());
  }
  for (std::size_t i = 0; i < offsets.size(); ++i) {
    offsets[i] = longest - offsets[i] + show.outputs[i].offset;
  }
  return offsets;
}

Frames GreatestLead(const Show& show) {
  Frames greatest = 0;
  for (const ShowTask& task : show.tasks) greatest = std::max(greatest, task.lead);
  return greatest;
}

}  // namespace continuo::coordinator
