// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "proto/mcu/slice.h"
#include "proto/plan/plan.h"

namespace continuo::mcu {

/// What the plan asks of that board, sources before who hears them; empty: nothing. Empty text if it can be played;
/// else a sentence that names the task, and what a board cannot do.
std::string SlicesOf(const plan::Plan& plan, plan::NodeId self, std::vector<Slice>& slices);

}  // namespace continuo::mcu
