// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace continuo::dsp {

/// out[i] = sum of taps[t] * in[i + t], t = 0..count-1, for each i in the order of t. With a number of samples that the
/// compiler knows, all sums are in registers.
template <int kFrames>
inline void OrderedSumsOf(const float* __restrict taps, const float* __restrict in, int count,
                          int frames, float* __restrict out) {
  constexpr int kMost = 16;
  static_assert(kFrames <= kMost);
  const int length = kFrames > 0 ? kFrames : frames;
  float sums[kMost] = {};
  for (int t = 0; t < count; ++t) {
    const float tap = taps[t];
    for (int i = 0; i < length; ++i) sums[i] += tap * in[t + i];
  }
  for (int i = 0; i < length; ++i) out[i] = sums[i];
}

/// A finite filter, whose last tap comes first in `taps`: `in` holds count - 1 samples from before. Each output is the
/// same sum in the same order, however many are computed at once.
inline void OrderedSums(const float* taps, const float* in, int count, int frames, float* out) {
  while (frames >= 16) {
    OrderedSumsOf<16>(taps, in, count, 16, out);
    in += 16;
    out += 16;
    frames -= 16;
  }
  if (frames > 0) OrderedSumsOf<0>(taps, in, count, frames, out);
}

}  // namespace continuo::dsp
