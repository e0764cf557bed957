// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "coordinator/core/placement.h"

namespace continuo::coordinator {

/// Where a show runs, if it may: it has a place, and any one node may die without redundancy being lost for good
/// (n_plus_one.h). Replicas that are wished for but not needed are given up if that is what it takes, and that is said.
Placement Admit(const std::vector<PlacementTask>& tasks, const FeedNodes& feeds,
                const Fleet& fleet);

}  // namespace continuo::coordinator
