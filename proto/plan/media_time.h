// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proto/clock/ptp_time.h"
#include "proto/plan/plan.h"

namespace continuo::plan {

/// The sample of time `t` of the map's clock: the last one that has begun. Exact for centuries.
constexpr MediaTime MediaTimeAt(const MediaTimeMap& map, Nanoseconds t) {
  return map.n0 + clock::FramesIn(t - map.t0, map.rate_hz);
}

/// The first nanosecond of the map's clock at which sample `n` has begun.
constexpr Nanoseconds TimeAt(const MediaTimeMap& map, MediaTime n) {
  return map.t0 + clock::TimeOf(n - map.n0, map.rate_hz);
}

}  // namespace continuo::plan
