// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "proto/plan/plan.h"

namespace continuo::plan {

/// All that a performance computed, from the plans that followed each other in it: what an offline render needs.
struct Performance {
  std::vector<Task> tasks;  ///< each once, in topological order, with every wire that it ever had
  std::vector<Output> outputs;  ///< of the last plan that has them
  /// The wires to the one port of outputs[i].
  std::vector<std::vector<dsp::Wire>> output_wires;
};

/// `plans`: of one run, in the order of their versions; at least one. A version may be missing if nothing was plugged
/// and pulled within it.
Performance Gather(std::span<const Plan> plans);

}  // namespace continuo::plan
