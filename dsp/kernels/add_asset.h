// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

#include "dsp/kernels/kernel.h"

namespace continuo::dsp {

/// Adds `frames` samples of an asset to the output: a mono asset to every channel, a stereo one to a mono output as the
/// mean of its sides, otherwise channel by channel. `gain_of(i)` is the level of the i-th sample.
template <typename GainOf>
void AddAsset(const AudioAsset& asset, Frames position, int frames, int channels, float* const* out,
              int offset, GainOf gain_of) {
  const float* from = asset.samples + position * asset.channels;
  const int sides = std::min(asset.channels, 2);
  for (int i = 0; i < frames; ++i, from += asset.channels) {
    const float gain = gain_of(i);
    if (channels == 1) {
      out[0][offset + i] += gain * (sides == 1 ? from[0] : 0.5f * (from[0] + from[1]));
      continue;
    }
    for (int c = 0; c < channels; ++c) {
      out[c][offset + i] += gain * from[std::min(c, asset.channels - 1)];
    }
  }
}

}  // namespace continuo::dsp
