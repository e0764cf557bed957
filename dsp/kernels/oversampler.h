// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <utility>

#include "dsp/kernels/halfband.h"

namespace continuo::dsp {

/// Filters of all stages: from 48 to 96, to 192, to 384 kHz and back. Each keeps what lies below 20 kHz (within 0.01
/// dB) and takes away what would be mirrored into it, by 98, 91 and 70 dB. Later stages have more room between both
/// and need fewer taps.
struct OversamplerTaps {
  static constexpr int kStages = 3;
  /// In samples of the stage's higher rate. Up and down together they are a whole number of samples at 48 kHz.
  static constexpr int kUpCentres[kStages] = {39, 11, 7};
  static constexpr int kDownCentres[kStages] = {39, 13, 9};
  /// Samples at 48 kHz that 0, 1, 2 or 3 stages take, up and down.
  static constexpr int kLatency[kStages + 1] = {0, 39, 45, 47};

  void Design() {
    constexpr float kBeta[kStages] = {10.0f, 10.0f, 8.0f};
    for (int s = 0; s < kStages; ++s) {
      up[s].Design(kUpCentres[s], kBeta[s]);
      down[s].Design(kDownCentres[s], kBeta[s]);
    }
  }

  std::array<HalfbandTaps, kStages> up, down;
};

/// Runs a function at 1, 2, 4 or 8 times the rate, for one channel.
class Oversampler {
 public:
  static constexpr int kMostFrames = 16;  ///< at a time

  void Reset() {
    for (auto& stage : up_) stage.Reset();
    for (auto& stage : down_) stage.Reset();
  }

  /// In place; `shape(samples, count)` is given count = frames << stages samples.
  template <typename Shape>
  void Process(const OversamplerTaps& taps, int stages, float* samples, int frames,
               Shape shape) CONTINUO_REALTIME {
    if (stages == 0) return shape(samples, frames);
    float rooms[2][kMostFrames << OversamplerTaps::kStages];
    float* from = rooms[0];
    float* to = rooms[1];
    std::copy_n(samples, frames, from);
    int count = frames;
    for (int s = 0; s < stages; ++s, count *= 2) {
      up_[s].Process(taps.up[s], from, count, to);
      std::swap(from, to);
    }
    shape(from, count);
    for (int s = stages; s-- > 0;) {
      count /= 2;
      down_[s].Process(taps.down[s], from, count, to);
      std::swap(from, to);
    }
    std::copy_n(from, frames, samples);
  }

  void Snapshot(const OversamplerTaps& taps, ByteWriter& out) const {
    for (int s = 0; s < OversamplerTaps::kStages; ++s) {
      up_[s].Snapshot(taps.up[s], out);
      down_[s].Snapshot(taps.down[s], out);
    }
  }
  bool Restore(const OversamplerTaps& taps, ByteReader& in) {
    bool ok = true;
    for (int s = 0; s < OversamplerTaps::kStages; ++s) {
      ok = ok && up_[s].Restore(taps.up[s], in) && down_[s].Restore(taps.down[s], in);
    }
    return ok;
  }

 private:
  std::array<Upsampler, OversamplerTaps::kStages> up_;
  std::array<Downsampler, OversamplerTaps::kStages> down_;
};

}  // namespace continuo::dsp
