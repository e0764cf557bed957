// SPDX-License-Identifier: Apache-2.0
#include "coordinator/beside/media_bounds.h"

#include <algorithm>

#include "proto/clock/ptp_time.h"

namespace continuo::coordinator::beside {

void MediaBounds::Note(Nanoseconds asked, Nanoseconds answered, MediaTime n) {
  const Nanoseconds media = clock::TimeOf(n, kSampleRate);
  looks_.push_back({answered, media - answered, media - asked});
  while (looks_.front().answered < answered - kMemory) looks_.pop_front();
  least_ = looks_.front().least;
  most_ = looks_.front().most;
  for (const Look& look : looks_) {
    least_ = std::max(least_, look.least);
    most_ = std::min(most_, look.most);
  }
}

MediaTime MediaBounds::At(Nanoseconds local) const {
  return clock::FramesIn(local + ahead(), kSampleRate);
}

}  // namespace continuo::coordinator::beside
