// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>

#include "proto/plan/plan.h"

// A whole plan out of the parts that nodes hold (part.h), for a coordinator that has lost it. Pure; not real time.

namespace continuo::plan {

/// What was found of a plan.
struct Assembled {
  std::optional<Plan> whole;  ///< none: tasks are missing
  int known = 0;              ///< tasks of which some part says what they are made of
  int all = 0;                ///< tasks of the plan
};

/// `parts`: of one performance, whole plans among them or not; at least one. The result has the version of the newest.
/// Nodes that had not heard of that one yet hold older ones. So what a task is made of is taken from the newest that
/// says it, who computes it from the newest that names it, and where that leaves more tasks than the newest plan has,
/// those that only older ones name have ended. Tasks, nodes and outputs stand in the order in which the parts have
/// them, so that the part of who holds the newest is what it holds.
Assembled Assemble(std::span<const Plan> parts);

/// What `whole` was for the node of an older part: with the version of that, and its tasks as it says.
Plan AsHeld(const Plan& whole, const Plan& part);

}  // namespace continuo::plan
