// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>

#include "dsp/base/arena.h"
#include "dsp/base/lanes.h"
#include "dsp/base/math.h"
#include "dsp/kernels/control_rate.h"
#include "dsp/kernels/param_values.h"

namespace continuo::dsp {

/// Holds the sound of all channels back by a constant number of samples, while what decides about it hears it at once.
/// That number is what the kernel says as latency_frames: where two ways meet, the other one is delayed (Wire::delay).
class LookAhead {
 public:
  /// `frames` >= 1. May be called with a measuring arena.
  void Prepare(Arena& arena, int channels, int frames) {
    channels_ = channels;
    size_ = frames;
    samples_ = arena.Take<float>(static_cast<std::size_t>(channels) * frames);
    at_ = 0;
  }

  /// Takes `frames` samples of channel `channel` in and gives as many out. Each channel once, then Advance().
  void Exchange(int channel, const float* in, float* out, int frames) CONTINUO_REALTIME {
    float* ring = samples_ + channel * size_;
    for (int done = 0, at = at_; done < frames; at = 0) {
      const int run = std::min(frames - done, size_ - at);
      int i = 0;
      for (; i + kLanes <= run; i += kLanes) {
        const Lanes oldest = LoadLanes(ring + at + i);
        StoreLanes(CleanLanes(LoadLanes(in + done + i)), ring + at + i);
        StoreLanes(oldest, out + done + i);
      }
      for (; i < run; ++i) {
        const float oldest = ring[at + i];
        ring[at + i] = Clean(in[done + i]);
        out[done + i] = oldest;
      }
      done += run;
    }
  }
  /// The same, and what goes out is multiplied by its gain, and cleaned. What comes in is finite.
  void Exchange(int channel, const float* in, const float* gain, float* out,
                int frames) CONTINUO_REALTIME {
    float* ring = samples_ + channel * size_;
    if (frames == kControlFrames && size_ - at_ >= kControlFrames) {
      ExchangeRun(ring + at_, in, gain, out, kControlFrames);
      return;
    }
    for (int done = 0, at = at_; done < frames; at = 0) {
      const int run = std::min(frames - done, size_ - at);
      ExchangeRun(ring + at, in + done, gain + done, out + done, run);
      done += run;
    }
  }
  /// At most as many as are held back, or a control period, whichever is more.
  void Advance(int frames) CONTINUO_REALTIME {
    at_ += frames;
    while (at_ >= size_) at_ -= size_;
  }

  /// Samples from the oldest to the newest, so that the place of the write position cannot be wrong.
  void Snapshot(ByteWriter& out) const {
    for (int c = 0; c < channels_; ++c) {
      out.F32s(samples_ + c * size_ + at_, static_cast<std::size_t>(size_ - at_));
      out.F32s(samples_ + c * size_, static_cast<std::size_t>(at_));
    }
  }
  bool Restore(ByteReader& in) {
    at_ = 0;
    return ReadFinite(in, samples_, static_cast<std::size_t>(channels_) * size_);
  }

 private:
  static void ExchangeRun(float* ring, const float* in, const float* gain, float* out, int frames) {
    const int whole = frames - frames % kLanes;
    for (int i = 0; i < whole; i += kLanes) {
      const Lanes oldest = LoadLanes(ring + i);
      StoreLanes(LoadLanes(in + i), ring + i);
      StoreLanes(CleanLanes(oldest * LoadLanes(gain + i)), out + i);
    }
    for (int i = whole; i < frames; ++i) {
      const float oldest = ring[i];
      ring[i] = in[i];
      out[i] = Clean(oldest * gain[i]);
    }
  }

  float* samples_ = nullptr;  // [channel][size_]
  int channels_ = 0;
  int size_ = 1;
  int at_ = 0;  // where the next sample goes, and where the oldest one is
};

}  // namespace continuo::dsp
