// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proto/plan/plan.h"

namespace continuo::plan {

/// The sample of time `t` of the map's clock: the last one that has begun. Exact for centuries.
constexpr MediaTime MediaTimeAt(const MediaTimeMap& map, Nanoseconds t) {
  constexpr Nanoseconds kSecond = 1'000'000'000;
  Nanoseconds seconds = (t - map.t0) / kSecond;
  Nanoseconds rest = (t - map.t0) % kSecond;
  if (rest < 0) {  // before t0: still rounded down
    rest += kSecond;
    --seconds;
  }
  return map.n0 + seconds * map.rate_hz + rest * map.rate_hz / kSecond;
}

/// The first nanosecond of the map's clock at which sample `n` has begun.
constexpr Nanoseconds TimeAt(const MediaTimeMap& map, MediaTime n) {
  constexpr Nanoseconds kSecond = 1'000'000'000;
  MediaTime seconds = (n - map.n0) / map.rate_hz;
  MediaTime rest = (n - map.n0) % map.rate_hz;
  if (rest < 0) {
    rest += map.rate_hz;
    --seconds;
  }
  return map.t0 + seconds * kSecond + (rest * kSecond + map.rate_hz - 1) / map.rate_hz;
}

}  // namespace continuo::plan
