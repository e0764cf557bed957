// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "dsp/base/arena.h"
#include "dsp/base/lanes.h"
#include "dsp/base/math.h"
#include "dsp/base/realtime.h"
#include "dsp/kernels/control_rate.h"
#include "dsp/kernels/lane_groups.h"
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
      stages_[s].samples =
          arena.Take<float>(std::size_t{kAgain} + static_cast<std::size_t>(kLengths[side][s]));
      stages_[s].at = 0;
    }
  }

  /// In place; at most a control period. No sample waits for another one of it: the lines are longer.
  void Process(float* samples, int frames) CONTINUO_REALTIME {
    std::array<float*, kStages> lines;
    for (int s = 0; s < kStages; ++s) lines[s] = stages_[s].samples + stages_[s].at;
    const int whole = frames - frames % kLanes;
    for (int i = 0; i < whole; i += kLanes) {
      Lanes x = LoadLanes(samples + i);
      for (float* const line : lines) {
        const Lanes delayed = LoadLanes(line + i);
        const Lanes fed = CleanLanes(x + kShare * delayed);
        x = delayed - kShare * fed;
        StoreLanes(fed, line + i);
      }
      StoreLanes(x, samples + i);
    }
    for (int i = whole; i < frames; ++i) {
      for (float* const line : lines) {
        const float delayed = line[i];
        const float fed = Clean(samples[i] + kShare * delayed);
        samples[i] = delayed - kShare * fed;
        line[i] = fed;
      }
    }
    for (Stage& stage : stages_) stage.Advance(frames);
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
      CopyPeriod(stage.samples, stage.samples + stage.size);
    }
    return ok;
  }

 private:
  static constexpr float kShare = 0.6f;
  // The first samples once more, behind the last ones: a control period never lies in two parts.
  static constexpr int kAgain = kControlFrames;

  struct Stage {
    float* samples = nullptr;
    int size = 0;
    int at = 0;

    void Advance(int frames) {
      const bool first = at < kAgain;
      at += frames;
      if (at >= size) {
        CopyPeriod(samples + size, samples);
        at -= size;
      } else if (first) {
        CopyPeriod(samples, samples + size);
      }
    }
  };
  std::array<Stage, kStages> stages_;
};

}  // namespace continuo::dsp
