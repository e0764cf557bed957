// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

#include "dsp/kernels/kernel.h"

namespace continuo::dsp {

/// Samples between two updates of what is too costly to compute for each sample: coefficients of filters, slow
/// modulation. A control period begins where n % kControlFrames == 0, whatever the blocks.
inline constexpr int kControlFrames = 16;

/// How far `n` is into its control period; right for negative n, too.
constexpr int ControlPhase(MediaTime n) {
  return static_cast<int>(n & (kControlFrames - 1));
}

/// Calls stretch(n, at, frames) for the parts of the block that control periods cut it into; `at` counts from the
/// block's first sample.
template <typename Stretch>
void ForEachControlStretch(const Block& block, Stretch stretch) {
  for (int at = 0; at < block.frames;) {
    const MediaTime n = block.n + at;
    const int frames = std::min(block.frames - at, kControlFrames - ControlPhase(n));
    stretch(n, at, frames);
    at += frames;
  }
}

}  // namespace continuo::dsp
