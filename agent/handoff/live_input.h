// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "agent/handoff/live_ring.h"
#include "agent/handoff/sample_ring.h"

namespace continuo::agent::handoff {

/// A task that hears a device of this node: where it comes from, and where what was heard is recorded.
struct LiveInput {
  std::shared_ptr<LiveRing> heard;
  std::shared_ptr<SampleRing> record;  ///< nullptr: nobody records here
};

}  // namespace continuo::agent::handoff
