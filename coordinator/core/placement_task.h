// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

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
  int tier = 1;              ///< 0 never shed .. 2 shed first
  std::string kind = {};     ///< of its kernel; empty: `cost_ns` holds on every node
  int channels = 2;
  std::int64_t memory_bytes = 0;  ///< state and material of one replica
  std::string name = {};          ///< for sentences; empty: its number
};

/// Replicas that it cannot do without.
inline int Needed(const PlacementTask& task) {
  return task.replicas_min == 0 ? task.replicas : task.replicas_min;
}

/// What an instance of this kernel costs with that many channels, per frame, as the registry states it.
std::int64_t CostOf(const dsp::TaskDescription& task);

/// What a replica of `task` costs on this node, in nanoseconds per frame: measured with a guard of a quarter, or as
/// stated.
std::int64_t CostOn(const PlacementTask& task, const FleetNode& node);

/// For sentences: the task's name, or its number.
std::string TextName(const PlacementTask& task);
/// For sentences: "12.5 %".
std::string BudgetText(std::int64_t cost_ns);

}  // namespace continuo::coordinator
