// SPDX-License-Identifier: Apache-2.0
#include "proto/session/heard_segments.h"

namespace continuo::session {

void HeardSegments::Know(std::span<const Segment> told) {
  for (const Segment& segment : told) {
    while (!segments_.empty() && segments_.back().n0 >= segment.n0) segments_.pop_back();
    if (segments_.full()) segments_.erase(0);
    segments_.push_back(segment);
  }
}

const Segment* HeardSegments::At(MediaTime n) const {
  const Segment* heard = nullptr;
  for (const Segment& segment : segments_) {
    if (heard == nullptr || segment.n0 <= n) heard = &segment;
  }
  return heard;
}

const Segment* HeardSegments::After(MediaTime n) const {
  for (const Segment& segment : segments_) {
    if (segment.n0 > n) return &segment;
  }
  return nullptr;
}

}  // namespace continuo::session
