// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "coordinator/core/show.h"
#include "dsp/graph/task_processor.h"
#include "proto/plan/plan.h"

namespace continuo::sim {

/// What the simulated shows play: one file of notes, known to all machines.
std::vector<coordinator::ImportedAsset> Imported();
/// Of plan.tasks[i].
std::vector<dsp::TaskMaterial> MaterialOf(const plan::Plan& plan);

}  // namespace continuo::sim
