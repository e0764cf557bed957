// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dsp/base/arena.h"
#include "dsp/base/bytes.h"
#include "dsp/base/realtime.h"

namespace continuo::dsp {

/// Taps of a half-band low pass of 2 * centre + 1 taps, `centre` odd: sin(x) / x under a Kaiser window (Kaiser,
/// Schafer, IEEE ASSP 28, 1980). Every second tap is 0 but the middle one, which is 1/2, so only the (centre + 1)
/// others are kept; their sum is 1/2.
struct HalfbandTaps {
  static constexpr int kMaxCentre = 39;

  int centre = 1;
  float taps[kMaxCentre + 1] = {};

  /// `beta`: of the window; 10 keeps 100 dB.
  void Design(int centre_tap, float beta);
  int count() const { return centre + 1; }
};

/// Doubles the rate of one channel, or halves it. What comes out is `centre` samples of the higher rate late. Its state
/// is the last samples that came in; results do not depend on how many are given at once.
class Upsampler {
 public:
  static constexpr int kMostFrames = 16 * 4;

  void Reset();
  /// `frames` samples to twice as many; `frames` <= kMostFrames.
  void Process(const HalfbandTaps& taps, const float* in, int frames, float* out) CONTINUO_REALTIME;
  void Snapshot(const HalfbandTaps& taps, ByteWriter& out) const;
  bool Restore(const HalfbandTaps& taps, ByteReader& in);

 private:
  float past_[HalfbandTaps::kMaxCentre] = {};  // `centre` of them
};

class Downsampler {
 public:
  void Reset();
  /// Twice `frames` samples to `frames`; `frames` <= Upsampler::kMostFrames.
  void Process(const HalfbandTaps& taps, const float* in, int frames, float* out) CONTINUO_REALTIME;
  void Snapshot(const HalfbandTaps& taps, ByteWriter& out) const;
  bool Restore(const HalfbandTaps& taps, ByteReader& in);

 private:
  float even_[HalfbandTaps::kMaxCentre] = {};               // `centre` of them
  float odd_[(HalfbandTaps::kMaxCentre + 1) / 2 + 1] = {};  // (centre + 1) / 2 of them
};

}  // namespace continuo::dsp
