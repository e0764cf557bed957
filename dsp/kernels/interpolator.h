// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "dsp/base/arena.h"
#include "dsp/base/realtime.h"

namespace continuo::dsp {

/// Values between samples: a sinc of eight taps under a Kaiser window, tabled for 256 places between two samples and
/// interpolated between these (Smith, "Digital Audio Resampling Home Page", CCRMA: windowed-sinc interpolation). Images
/// of what lies below 8 kHz are 73 dB down. At a sample it is that sample, exactly.
class Interpolator {
 public:
  static constexpr int kTaps = 8;
  static constexpr int kBefore = 3;  ///< taps before the sample that a place follows

  /// Not real time; twice, as Kernel::Prepare.
  void Prepare(Arena& arena);

  /// The weights of the taps for a place `fraction` / 2^32 after tap kBefore.
  struct Weights {
    float of[kTaps];
  };
  Weights At(std::uint32_t fraction) const CONTINUO_REALTIME {
    const float* const row = table_ + (fraction >> (32 - kPlaceBits)) * kTaps;
    const float part = static_cast<float>((fraction << kPlaceBits) >> 8) * 0x1p-24f;
    Weights weights;
    for (int tap = 0; tap < kTaps; ++tap) {
      weights.of[tap] = row[tap] + part * (row[tap + kTaps] - row[tap]);
    }
    return weights;
  }

  /// Sum of eight taps, in the order of a tree of four lanes.
  static float Sum(const Weights& weights, const float* taps, int stride) {
    float lane[4];
    for (int t = 0; t < 4; ++t) {
      lane[t] = weights.of[t] * taps[t * stride] + weights.of[t + 4] * taps[(t + 4) * stride];
    }
    return (lane[0] + lane[1]) + (lane[2] + lane[3]);
  }

 private:
  static constexpr int kPlaceBits = 8;
  static constexpr int kPlaces = 1 << kPlaceBits;
  float* table_ = nullptr;  // [place][tap], one place more than there are
};

}  // namespace continuo::dsp
