// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/placement_task.h"

#include <algorithm>

#include "coordinator/core/did_you_mean.h"

namespace continuo::coordinator {
namespace {

/// What has no kernel, as the conductor, and kernels of which nothing is stated.
constexpr std::int64_t kUnstatedCostNs = 20;

/// A cost is stated for two channels, and grows with them.
std::int64_t WithChannels(std::int64_t cost_ns, int channels) {
  return std::max<std::int64_t>(1, cost_ns * std::max(1, channels) / 2);
}

}  // namespace

std::int64_t CostOf(const dsp::TaskDescription& task, const KernelCosts& stated_ns) {
  const int kernel = KernelNumber(task.kind.view());
  if (kernel < 0) return kUnstatedCostNs;
  const std::int64_t stated = CostAt(stated_ns, kernel);
  return WithChannels(stated == 0 ? kUnstatedCostNs : stated, task.channels);
}

std::int64_t CostFrom(std::int64_t stereo_ns, int channels) {
  return WithChannels((stereo_ns * 5 + 3) / 4, channels);
}

std::int64_t CostOn(const PlacementTask& task, const FleetNode& node) {
  const std::int64_t measured = MeasuredOn(task.kernel, node);
  return measured == 0 ? task.cost_ns : CostFrom(measured, task.channels);
}

bool MayRunOn(std::span<const std::string> on, std::string_view node) {
  return on.empty() || std::find(on.begin(), on.end(), node) != on.end();
}

std::string KeptText(std::string_view task, std::span<const std::string> on) {
  return "the show keeps \"" + std::string(task) + "\" on " + Listed(on);
}

std::string TextName(const PlacementTask& task) {
  return task.name.empty() ? "task " + std::to_string(task.id) : task.name;
}

std::string BudgetText(std::int64_t cost_ns) {
  const std::int64_t permille = (cost_ns * 1000 + kBudgetNsPerFrame / 2) / kBudgetNsPerFrame;
  return std::to_string(permille / 10) + "." + std::to_string(permille % 10) + " %";
}

}  // namespace continuo::coordinator
