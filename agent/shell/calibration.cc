// SPDX-License-Identifier: Apache-2.0
#include "agent/shell/calibration.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

#include "agent/core/costs.h"
#include "dsp/kernels/registry.h"
#include "dsp/offline/kernel_load.h"
#include "proto/transport/build_id.h"
#include "proto/transport/machine_clock.h"

namespace continuo::agent {
namespace {

constexpr Nanoseconds kBudget = 30'000'000;

std::vector<plan::KernelCost> MeasureAll() {
  std::vector<plan::KernelCost> costs;
  for (const dsp::KernelDescription* const kernel : dsp::Kernels()) {
    costs.push_back(MeasureKernel(*kernel, kBudget));
  }
  return costs;
}

/// One figure for each kernel, in the order of the registry.
bool AreComplete(const std::vector<plan::KernelCost>& costs) {
  return std::ranges::equal(costs, dsp::Kernels(), {}, &plan::KernelCost::kind,
                            [](const dsp::KernelDescription* k) { return std::string(k->kind); });
}

}  // namespace

plan::KernelCost MeasureKernel(const dsp::KernelDescription& kernel, Nanoseconds budget) {
  plan::KernelCost cost{kernel.kind, static_cast<std::uint32_t>(kernel.cost_ns_per_frame), false};
  dsp::KernelLoad load(kernel);
  if (!load.Make()) return cost;
  std::vector<Nanoseconds> took;
  const Nanoseconds begin = transport::ThreadCpuTime();
  Nanoseconds before = begin;
  // The first stretch warms the caches, and is not counted.
  for (int i = 0; before - begin < budget || i < 4; ++i) {
    if (i % dsp::KernelLoad::kNoteStretches == 0) load.Begin();
    const Nanoseconds from = transport::ThreadCpuTime();
    load.Stretch();
    before = transport::ThreadCpuTime();
    if (i > 0) took.push_back(before - from);
  }
  const auto middle = took.begin() + static_cast<std::ptrdiff_t>(took.size() / 2);
  std::nth_element(took.begin(), middle, took.end());
  constexpr Nanoseconds kFrames = dsp::KernelLoad::kStretch;
  cost.ns_per_frame =
      static_cast<std::uint32_t>(std::max<Nanoseconds>(1, (*middle + kFrames - 1) / kFrames));
  cost.measured = true;
  return cost;
}

std::vector<plan::KernelCost> Costs(const std::filesystem::path& folder, bool anew) {
  const std::filesystem::path file = folder / "costs";
  if (!anew) {
    std::ifstream in(file, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    std::vector<plan::KernelCost> kept = core::CostsOf(text, transport::BuildId());
    if (AreComplete(kept)) return kept;
  }
  std::vector<plan::KernelCost> costs = MeasureAll();
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << core::CostsText(costs, transport::BuildId());
  out.close();
  if (!out) {
    std::fprintf(stderr, "continuo-agent: cannot write %s; kernels are measured at every start\n",
                 file.c_str());
  }
  return costs;
}

}  // namespace continuo::agent
