// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "dsp/base/units.h"

// What a device's round trip is measured with, and what that says. Pure.

namespace continuo::agent {

/// Of the device that played or heard: sample `frame`, counted from when it began, is in the world at `at`, by the
/// cluster's clock and as far as the device tells.
struct DeviceStamp {
  Frames frame = 0;
  Nanoseconds at = 0;
};

/// What is played: three bursts of noise of 85 ms, 0.7 s apart, with silence around them. Noise, since one look at it
/// says where it lies to a fraction of a sample, through whatever filters and however loud; soft at its ends and above
/// 12 kHz.
class RoundTripSignal {
 public:
  static constexpr int kBurst = 4096;  ///< samples
  static constexpr int kBursts = 3;
  static constexpr Frames kLeadIn = FramesOfMs(500), kApart = FramesOfMs(700);
  /// It is looked for from so much before it should come until so much after that.
  static constexpr Frames kBefore = FramesOfMs(100), kAfter = FramesOfMs(500);
  /// All of it, until the last burst can have come back.
  static constexpr Frames kLength = kLeadIn + kBursts * kApart;
  static constexpr float kPeak = 0.1f;  ///< -20 dBFS

  RoundTripSignal();
  static constexpr Frames BurstAt(int burst) { return kLeadIn + burst * kApart; }
  /// Sample `n` from its begin on; silence outside.
  float At(Frames n) const;
  std::span<const float> burst() const { return burst_; }

 private:
  std::vector<float> burst_;
};

/// What came back of it. Times in samples of the cluster.
struct RoundTripReading {
  /// Empty; else why nothing can be said, and what to do. Then nothing else counts.
  std::string error;
  double unreported = 0;  ///< by how much later it came than the device tells; below 0: earlier
  double spread = 0;      ///< between the earliest and the latest of the bursts
  double alike =
      0;  ///< the least of them, 0 to 1: correlation of what came back with what was played
  double level = 0;       ///< their loudest sample; 1 is full scale
  bool inverted = false;  ///< it came back upside down
};

/// `heard`: what the input's channel gave, from its frame 0 on. `played` and `stamps`: of outputs and inputs, in their
/// order, one for each period. Takes a second of CPU time at most.
RoundTripReading JudgeRoundTrip(const RoundTripSignal& signal, std::span<const DeviceStamp> played,
                                std::span<const DeviceStamp> stamps, std::span<const float> heard);

}  // namespace continuo::agent
