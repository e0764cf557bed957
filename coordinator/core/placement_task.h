// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "coordinator/core/fleet.h"
#include "dsp/graph/description.h"

namespace continuo::coordinator {

/// What one audio thread may be filled with: 65 % of a core, in nanoseconds of work per sample (study: hitless.md
/// 4.3).
inline constexpr std::int64_t kBudgetNsPerFrame = 650'000'000 / kSampleRate;

/// What an output costs its node: merging a feed and handing it over.
inline constexpr std::int64_t kOutputCostNs = 100;

/// A task, as far as placement is concerned.
struct PlacementTask {
  dsp::TaskId id = 0;
  int replicas = 1;          ///< wanted
  std::int64_t cost_ns = 0;  ///< per frame, on a node that has not measured its kind
  int replicas_min = 0;      ///< without these there is no show; 0: all that are wanted
  int tier = 1;              ///< 0 made good first .. 2 last
  int kernel = -1;           ///< KernelNumber; -1: `cost_ns` holds on every node
  int channels = 2;
  std::int64_t memory_bytes = 0;     ///< state and material of one replica
  std::string name = {};             ///< for sentences; empty: its number
  std::vector<std::string> on = {};  ///< names of the nodes that it may run on; empty: any
  bool operator==(const PlacementTask&) const = default;
};

/// Replicas that it cannot do without.
inline int Needed(const PlacementTask& task) {
  return task.replicas_min == 0 ? task.replicas : std::min(task.replicas_min, task.replicas);
}

/// What an instance of this kernel costs with that many channels, per frame, as is stated of a stereo one.
std::int64_t CostOf(const dsp::TaskDescription& task, const KernelCosts& stated_ns);

/// What a stereo instance of its kernel was measured at there, in nanoseconds per frame; 0: it was not.
inline std::int64_t MeasuredOn(int kernel, const FleetNode& node) {
  return CostAt(node.costs_ns, kernel);
}

/// What it costs with that many channels where a stereo instance was measured at `stereo_ns`: with a guard of a
/// quarter, for it was measured alone and with warm caches.
std::int64_t CostFrom(std::int64_t stereo_ns, int channels);

/// What a replica of `task` costs on this node, in nanoseconds per frame: as measured there, or as stated.
std::int64_t CostOn(const PlacementTask& task, const FleetNode& node);

/// `on` names that node, or none at all.
bool MayRunOn(std::span<const std::string> on, std::string_view node);
/// Why it may not, for people: `the show keeps "drums" on "pi-1" and "pi-2"`.
std::string KeptText(std::string_view task, std::span<const std::string> on);

/// For sentences: the task's name, or its number.
std::string TextName(const PlacementTask& task);
/// For sentences: "12.5 %".
std::string BudgetText(std::int64_t cost_ns);

}  // namespace continuo::coordinator
