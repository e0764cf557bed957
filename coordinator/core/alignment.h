// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "coordinator/core/show.h"

namespace continuo::coordinator {

/// Longest offset that an output may ask for: the way of sound over 343 m.
inline constexpr Frames kMostOffset = kSampleRate;

/// By which each output is later than what its task plays, in samples: what other outputs are late because the longest
/// way to them leads through kernels that look ahead, and on top the offset that the show asks for. Without that all
/// outputs are aligned, to the sample. Of a show without errors but in its outputs.
std::vector<Frames> OffsetsOf(const Show& show);

/// How far the task that is furthest ahead runs ahead; 0: none further than the promise.
Frames GreatestLead(const Show& show);

}  // namespace continuo::coordinator
