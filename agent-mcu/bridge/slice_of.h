// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "proto/mcu/slice.h"
#include "proto/plan/plan.h"

namespace continuo::mcu {

/// What the plan asks of that board. Empty text if it can be played; else a sentence that names the task, and what a
/// board cannot do. `has_part` is false if the plan asks nothing of it; `slice` then means nothing.
std::string SliceOf(const plan::Plan& plan, plan::NodeId self, Slice& slice, bool& has_part);

}  // namespace continuo::mcu
