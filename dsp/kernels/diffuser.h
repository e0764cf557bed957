// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>

#include "dsp/base/arena.h"
#include "dsp/base/lanes.h"
#include "dsp/base/math.h"
#include "dsp/base/realtime.h"
#include "dsp/kernels/control_rate.h"
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

  /// In place.
  void Process(float* samples, int frames) CONTINUO_REALTIME {
    for (Stage& stage : stages_) {
      // Within a run no sample waits for another one of it: the line is longer.
      for (int done = 0; done < frames;) {
        const int run = std::min(frames - done, stage.size - stage.at);
        if (run == kControlFrames) {
          Pass(stage.samples + stage.at, samples + done, kControlFrames);
        } else {
          Pass(stage.samples + stage.at, samples + done, run);
        }
        done += run;
        stage.at = stage.at + run == stage.size ? 0 : stage.at + run;
      }
    }
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
  static void Pass(float* __restrict line, float* __restrict samples, int frames) {
    constexpr float kShare = 0.6f;
    const int whole = frames - frames % kLanes;
    for (int i = 0; i < whole; i += kLanes) {
      const Lanes delayed = LoadLanes(line + i);
      const Lanes fed = CleanLanes(LoadLanes(samples + i) + kShare * delayed);
      StoreLanes(delayed - kShare * fed, samples + i);
      StoreLanes(fed, line + i);
    }
    for (int i = whole; i < frames; ++i) {
      const float delayed = line[i];
      const float fed = Clean(samples[i] + kShare * delayed);
      samples[i] = delayed - kShare * fed;
      line[i] = fed;
    }
  }

  struct Stage {
    float* samples = nullptr;
    int size = 0;
    int at = 0;
  };
  std::array<Stage, kStages> stages_;
};

}  // namespace continuo::dsp
