// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "dsp/base/arena.h"
#include "dsp/base/math.h"
#include "dsp/base/realtime.h"
#include "dsp/kernels/param_values.h"

namespace continuo::dsp {

/// Four all-pass filters in a row (Schroeder, "Natural sounding artificial reverberation", JAES 10, 1962): they leave
/// every frequency as loud as it was and turn a click into a burst.
class Diffuser {
 public:
  static constexpr int kStages = 4;

  /// The two sides differ, which makes a mono source wide. May be called with a measuring arena.
  void Prepare(Arena& arena, int side) {
    constexpr int kLengths[2][kStages] = {{131, 223, 331, 467}, {149, 211, 353, 443}};
    for (int s = 0; s < kStages; ++s) {
      stages_[s].size = kLengths[side][s];
      stages_[s].samples = arena.Take<float>(static_cast<std::size_t>(stages_[s].size));
      stages_[s].at = 0;
    }
  }

  float Tick(float x) CONTINUO_REALTIME {
    constexpr float kShare = 0.6f;
    for (Stage& stage : stages_) {
      float& oldest = stage.samples[stage.at];
      const float delayed = oldest;
      const float fed = Clean(x + kShare * delayed);
      x = delayed - kShare * fed;
      oldest = fed;
      if (++stage.at == stage.size) stage.at = 0;
    }
    return x;
  }

  void Snapshot(ByteWriter& out) const {
    for (const Stage& stage : stages_) {
      out.F32s(stage.samples + stage.at, static_cast<std::size_t>(stage.size - stage.at));
      out.F32s(stage.samples, static_cast<std::size_t>(stage.at));
    }
  }

  bool Restore(ByteReader& in) {
    bool ok = true;
    for (Stage& stage : stages_) {
      stage.at = 0;
      ok = ReadFinite(in, stage.samples, static_cast<std::size_t>(stage.size)) && ok;
    }
    return ok;
  }

 private:
  struct Stage {
    float* samples = nullptr;
    int size = 0;
    int at = 0;
  };
  std::array<Stage, kStages> stages_;
};

}  // namespace continuo::dsp
