// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dsp/base/units.h"

namespace continuo::plan {

/// Shows that play out sooner are played promptly: what comes between two ticks is not left there until the next.
inline constexpr Frames kPromptPlayout = FramesOfMs(20);

constexpr bool IsPrompt(Frames playout) {
  return playout < kPromptPlayout;
}

}  // namespace continuo::plan
