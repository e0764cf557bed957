// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dsp/base/units.h"

// How long a task waits for an input that does not come, counted from the packet's last sample (frames). The deeper a
// task stands in its chain, the later: what those before it still get in time must reach it. Half of the playout for
// the first, three quarters for the deepest, so that the rest is left to the outputs.

namespace continuo::plan {

/// `depth`: tasks of the longest chain that ends with it, from 0; `deepest`: of the whole show, from 1.
constexpr Frames HoldOf(Frames playout, int depth, int deepest) {
  return playout / 2 + playout / 4 * depth / deepest;
}

/// The least playout with which HoldOf is `hold`, but for what is lost by rounding down.
constexpr Frames PlayoutForHold(Frames hold, int depth, int deepest) {
  const Frames share = 2 * deepest + depth;  // of 4 * deepest
  return (hold * 4 * deepest + share - 1) / share;
}

}  // namespace continuo::plan
