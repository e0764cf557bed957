// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proto/plan/plan.h"

namespace continuo::coordinator {

/// The playout that a chain of `depth` tasks needs in a show whose longest has `deepest`, in samples. The first hop is
/// that of the conductor, whom every task hears. A task conceals what has not come by its hold (plan/hold.h), the
/// output by the playout. Of `timing` only repair_after counts.
Frames PlayoutFor(int depth, int deepest, Frames quantum, const plan::Timing& timing);

}  // namespace continuo::coordinator
