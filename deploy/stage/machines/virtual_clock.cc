// SPDX-License-Identifier: Apache-2.0
#include "deploy/stage/machines/virtual_clock.h"

namespace continuo::ptp_stage {

void Bend(VirtualClock& clock, std::int64_t host, std::int64_t step) {
  const Segment before = clock.segments[clock.newest % VirtualClock::kSegments];
  const std::int64_t ran = Scaled(host - before.host, before.rate);
  const double steered =
      (static_cast<double>(clock.tick - 10'000) * 100 + static_cast<double>(clock.freq) / 65'536) *
      1e-6;
  const double drift = static_cast<double>(clock.drift_ppb) * 1e-9;
  clock.turn.fetch_add(1, std::memory_order_acq_rel);
  ++clock.newest;
  clock.segments[clock.newest % VirtualClock::kSegments] = {
      host, before.monotonic + ran, before.realtime + ran + step, (1 + drift) * (1 + steered) - 1};
  ++clock.count;
  clock.turn.fetch_add(1, std::memory_order_release);
}

}  // namespace continuo::ptp_stage
