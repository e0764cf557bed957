// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>

#include "dsp/base/fixed.h"
#include "dsp/base/realtime.h"
#include "proto/session/timeline.h"

namespace continuo::session {

/// The segments of a show that are heard or will be: each is known before, by the playout. A plain value, which may be
/// handed to another thread whole.
class HeardSegments {
 public:
  static constexpr std::size_t kMost = 16;  ///< the oldest is forgotten for a further one

  /// The segments that the show had last, has, and will have, as far as they are known; by n0. Any number of times:
  /// what is told holds from the first of them on.
  void Know(std::span<const Segment> told);
  /// That of sample n; before the first one, that one. nullptr: none is known.
  const Segment* At(MediaTime n) const CONTINUO_REALTIME;
  /// The first that begins after sample n; nullptr: none.
  const Segment* After(MediaTime n) const CONTINUO_REALTIME;
  /// In order of n0.
  const FixedVector<Segment, kMost>& all() const { return segments_; }

 private:
  FixedVector<Segment, kMost> segments_;
};

}  // namespace continuo::session
