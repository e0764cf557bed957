// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

#include "proto/session/timeline.h"

// How a panic silences a task without a click. A function of the session and the sample's number alone, so replicas and
// oracle fade alike to the bit, and one that joins in the middle of it needs to know nothing.

namespace continuo::dsp {

/// Everything from sample n on, as far as this segment goes, is heard as it is.
constexpr bool IsPlain(const session::Segment& segment, MediaTime n) {
  return !segment.muted && (segment.mute_n0 == 0 || n >= segment.mute_n0 + session::kMuteFade);
}

/// Gain of sample n, within a fade 3 x^2 - 2 x^3: begun and ended gently, because the fades of a chain are multiplied.
constexpr float MuteGain(const session::Segment& segment, MediaTime n) {
  if (segment.mute_n0 == 0) return segment.muted ? 0.0f : 1.0f;
  const bool before = n < segment.mute_n0;  // the fade had to wait: the one before it is still on
  const Frames since = n - segment.mute_n0 + (before ? session::kMuteFade : 0);
  const auto done = static_cast<float>(std::clamp<Frames>(since, 0, session::kMuteFade));
  const float x = done / static_cast<float>(session::kMuteFade);
  const float share = x * x * (3.0f - 2.0f * x);
  return segment.muted == before ? share : 1.0f - share;
}

}  // namespace continuo::dsp
