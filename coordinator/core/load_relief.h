// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "coordinator/core/effect.h"
#include "coordinator/core/input.h"
#include "coordinator/core/ledger.h"
#include "coordinator/core/placement_task.h"

namespace continuo::coordinator {

/// A node whose replicas were measured to take more than this per frame is relieved.
inline constexpr std::int64_t kOverfullNs = kBudgetNsPerFrame * 85 / 100;
/// After a relief nothing moves for load until it shows what that has brought.
inline constexpr Frames kReliefPause = 10 * kSampleRate;
/// After one that was called off: whoever did that has something else in mind.
inline constexpr Frames kCalledOffPause = 60 * kSampleRate;

/// Believes what was measured. If that fills the node above what it may be filled to, the fewest moves that relieve it
/// begin, as an operation of their own; if none can, such an operation says so, once. Nothing begins while anything
/// else is under way, or was a moment ago: one thing at a time, and each seen through.
void TakeLoad(Ledger& ledger, const LoadMeasured& measured, Nanoseconds time, Effects& effects);

}  // namespace continuo::coordinator
