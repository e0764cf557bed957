// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "coordinator/core/show.h"
#include "proto/plan/plan.h"

namespace continuo::coordinator {

/// Delays the wires that are plugged in at `at`, those of tasks that begin then included, so that each task hears
/// everything at the same age (alignment.h). What plays already keeps its age: a wire that comes there later is warned
/// of. `tasks` in topological order; what needs no delay stays shared.
void AlignChange(plan::SharedList<plan::Task>& tasks, MediaTime at, std::vector<Issue>& issues);

}  // namespace continuo::coordinator
