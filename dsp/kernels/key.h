// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "dsp/base/lanes.h"
#include "dsp/base/units.h"
#include "dsp/kernels/control_rate.h"
#include "dsp/kernels/lane_groups.h"
#include "dsp/kernels/param_values.h"
#include "dsp/kernels/ramp.h"
#include "dsp/kernels/svf.h"

namespace continuo::dsp {

/// What a dynamics processor listens to, one value per sample: the loudest channel's magnitude, after a high-pass of
/// 12 dB per octave (Butterworth) if that is wanted. All channels get the same gain from it, so an image stays put.
class Key {
 public:
  /// Louder than this, 180 dB above full scale, is taken for it: its square is still a number.
  static constexpr float kLoudest = 1e9f;
  static constexpr float kMaxHighPass = 1000.0f;

  /// `hz`: see GoTo.
  void Prepare(int channels, float hz) {
    channels_ = channels;
    states_ = {};
    share_.Reset(hz > 0.0f ? 1.0f : 0.0f);
    g_.Reset(hz > 0.0f ? Warped(hz) : 0.0f);
  }

  /// Corner of the high-pass in Hz; 0: none. Faded in and out, and glides.
  void GoTo(float hz) CONTINUO_REALTIME {
    if (hz <= 0.0f) {
      share_.GoTo(0.0f);
      return;
    }
    const float g = Warped(hz);
    if (IsOff()) {
      g_.Reset(g);
    } else {
      g_.GoTo(g);
    }
    share_.GoTo(1.0f);
  }

  /// `key`: [channel], `frames` samples from `at` on, within one control period. Beyond them it is silent.
  void Process(const float* const* key, int at, int frames,
               ControlStretch& magnitude) CONTINUO_REALTIME {
    if (frames < kControlFrames || !IsOff()) magnitude = {};
    if (IsOff()) {
      for (int c = 0; c < channels_; ++c) {
        states_[c] = {};
        if (frames == kControlFrames) {
          JoinAll(c, key[c] + at, kControlFrames, magnitude);
        } else {
          JoinAll(c, key[c] + at, frames, magnitude);
        }
      }
      return;
    }
    for (int i = 0; i < frames; ++i) {
      const float share = share_.Next(), g = g_.Next();
      if (share == 0.0f) states_ = {};
      constexpr float kK = 1.41421356f;
      const SvfCoefficients high_pass({g, kK, 1.0f, -kK, -1.0f});
      for (int c = 0; c < channels_; ++c) {
        const float x = key[c][at + i];
        const float high = share == 0.0f ? x : states_[c].Tick(high_pass, x);
        Join(magnitude[i], x + share * (high - x));
      }
    }
  }

  void Snapshot(ByteWriter& out) const {
    share_.Snapshot(out);
    g_.Snapshot(out);
    for (int c = 0; c < channels_; ++c) {
      out.F32(states_[c].s1);
      out.F32(states_[c].s2);
    }
  }
  bool Restore(ByteReader& in) {
    bool ok =
        share_.Restore(in) && g_.Restore(in) && share_.Within(0.0f, 1.0f) && g_.Within(0.0f, kMaxG);
    for (int c = 0; c < channels_; ++c) {
      float memory[2];
      ok = ReadFinite(in, memory, 2) && ok;
      states_[c] = {memory[0], memory[1]};
    }
    return ok;
  }

 private:
  static constexpr float kMaxG = 0.1f;  // a little above tan(pi * kMaxHighPass / kSampleRate)

  /// Of the bilinear transform.
  static float Warped(float hz) {
    const float angle = hz * (kPi / kSampleRate);
    return Sin(angle) / Cos(angle);
  }

  bool IsOff() const { return !share_.moving() && share_.now() == 0.0f; }

  /// NaN, which a filter may make of what is almost infinite, counts as loudest.
  static void Join(float& magnitude, float x) {
    const float mine = Abs(x) < kLoudest ? Abs(x) : kLoudest;
    magnitude = magnitude > mine ? magnitude : mine;
  }

  /// The first channel finds nothing there yet.
  static void JoinAll(int channel, const float* key, int frames, ControlStretch& magnitude) {
    const int whole = frames - frames % kLanes;
    for (int i = 0; i < whole; i += kLanes) {
      const Lanes loud = SmallerLanes(AbsLanes(LoadLanes(key + i)), AllLanes(kLoudest));
      StoreLanes(channel == 0 ? loud : LargerLanes(LoadLanes(&magnitude[i]), loud), &magnitude[i]);
    }
    for (int i = whole; i < frames; ++i) Join(magnitude[i], key[i]);
  }

  int channels_ = 0;
  Ramp share_, g_;
  std::array<SvfState, kMaxChannels> states_;
};

}  // namespace continuo::dsp
