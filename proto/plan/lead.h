// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

#include "proto/plan/plan.h"

// How far ahead of now tasks compute. A task that hears nobody may run ahead as far as its events are proven; a show
// may let it run further than the others (Task::lead). The conductor, whom all hear, is at least as far ahead as any.

namespace continuo::plan {

/// How far ahead of now its replicas close their logs, in samples.
constexpr Frames PromiseOf(const Timing& timing, Frames task_lead) {
  return std::max(timing.promise, task_lead);
}
inline Frames PromiseOf(const Plan& plan, const Task& task) {
  return PromiseOf(plan.timing, task.lead);
}
/// Of all tasks of the whole plan. `plan` begins with the conductor, as plans and parts do.
inline Frames LongestPromise(const Plan& plan) {
  return plan.tasks.empty() ? plan.timing.promise : PromiseOf(plan, plan.tasks.front());
}
/// Earliest date of a command to the task, from now.
inline Frames LeadOf(const Plan& plan, const Task& task) {
  return plan.timing.lead + PromiseOf(plan, task) - plan.timing.promise;
}

}  // namespace continuo::plan
