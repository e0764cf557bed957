// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "dsp/base/realtime.h"
#include "dsp/base/units.h"

// Test signals as functions of n: whoever begins to listen, or to compute, in the middle is in step at once.

namespace continuo::dsp {

enum class TestShape : std::uint8_t {
  kSine,
  kSweep,  ///< 20 Hz to 20 kHz, evenly in octaves, again and again, with fades of 10 ms at both ends
  kWhite,
  kPink,
  kImpulses,  ///< single samples, `frequency` of them per second
  kChannels,  ///< channel c in turn beeps c + 1 times, each in two seconds of its own
};

struct TestSignal {
  TestShape shape = TestShape::kSine;
  float frequency = 1000;  ///< Hz, 1 to 20000
  float amplitude = 1;     ///< peak; of noise, the peak of a sine of equal RMS
  float sweep_s = 10;      ///< of one sweep, 0.1 to 60
  std::uint64_t key = 0;   ///< of the noise
  int channels = 1;        ///< that take turns

  /// Samples n to n + frames - 1 of one channel.
  void Fill(int channel, MediaTime n, int frames, float* out) const CONTINUO_REALTIME;
  /// All channels get the same.
  bool IsAlike() const {
    return shape == TestShape::kSine || shape == TestShape::kSweep || shape == TestShape::kImpulses;
  }
};

}  // namespace continuo::dsp
