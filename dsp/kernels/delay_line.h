// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

#include "dsp/base/arena.h"
#include "dsp/base/lanes.h"
#include "dsp/base/math.h"
#include "dsp/base/prefetch.h"
#include "dsp/kernels/control_rate.h"
#include "dsp/kernels/param_values.h"

namespace continuo::dsp {

/// A line of samples read one at a time at a fixed distance. A new distance is reached by cross-fading from the old
/// tap to the new one, without a change of pitch; one that comes meanwhile waits for the end of the fade.
class DelayLine {
 public:
  static constexpr int kFadeFrames = 960;  // 20 ms

  /// Distances 1..max_frames are possible. May be called with a measuring arena.
  void Prepare(Arena& arena, int max_frames, int frames) {
    size_ = max_frames;
    samples_ = arena.Take<float>(static_cast<std::size_t>(size_));
    at_ = 0;
    from_ = to_ = wanted_ = frames;
    fade_ = 0;
  }

  void GoTo(int frames) CONTINUO_REALTIME { wanted_ = frames; }

  /// What was pushed `distance` samples ago. Once per sample, before Push.
  float Read() CONTINUO_REALTIME {
    if (fade_ == 0) {
      if (wanted_ == to_) return Tap(to_);
      from_ = to_;
      to_ = wanted_;
      fade_ = kFadeFrames;
    }
    const float share = static_cast<float>(fade_--) * (1.0f / kFadeFrames);
    const float to = Tap(to_);
    return to + (Tap(from_) - to) * share;
  }

  void Push(float sample) CONTINUO_REALTIME {
    samples_[at_] = Clean(sample);
    if (++at_ == size_) at_ = 0;
  }

  /// Whether so many samples can be read before any of them is pushed.
  bool CanRead(int frames) const { return fade_ == 0 && wanted_ == to_ && to_ >= frames; }
  /// What so many Read() would give, if CanRead(). Before Push.
  void Read(float* out, int frames) const CONTINUO_REALTIME {
    const int from = at_ < to_ ? at_ - to_ + size_ : at_ - to_;
    const int first = std::min(frames, size_ - from);
    // What was pushed long ago is in no near cache; the next block's share of it has until then to come.
    Prefetch(samples_ + Wrapped(from + kMaxQuantum));
    if (first == kControlFrames) {
      Copy(samples_ + from, out, kControlFrames);
      return;
    }
    Copy(samples_ + from, out, first);
    Copy(samples_, out + first, frames - first);
  }
  void Push(const float* samples, int frames) CONTINUO_REALTIME {
    for (int done = 0; done < frames;) {
      const int run = std::min(frames - done, size_ - at_);
      if (run == kControlFrames) {
        CopyClean(samples + done, samples_ + at_, kControlFrames);
      } else {
        CopyClean(samples + done, samples_ + at_, run);
      }
      done += run;
      at_ = at_ + run == size_ ? 0 : at_ + run;
    }
  }
  /// For each of `frames` samples, what Read() and then Push() do.
  void Exchange(const float* in, float* out, int frames) CONTINUO_REALTIME {
    if (CanRead(frames)) {
      Read(out, frames);
      Push(in, frames);
      return;
    }
    for (int i = 0; i < frames; ++i) {
      out[i] = Read();
      Push(in[i]);
    }
  }

  /// Samples from the oldest to the newest, so that the place of the write position cannot be wrong.
  void Snapshot(ByteWriter& out) const {
    for (const int value : {from_, to_, wanted_, fade_}) out.Le(static_cast<std::int32_t>(value));
    out.F32s(samples_ + at_, static_cast<std::size_t>(size_ - at_));
    out.F32s(samples_, static_cast<std::size_t>(at_));
  }

  bool Restore(ByteReader& in) {
    for (int* value : {&from_, &to_, &wanted_, &fade_}) *value = in.Le<std::int32_t>();
    at_ = 0;
    return ReadFinite(in, samples_, static_cast<std::size_t>(size_)) && InLine(from_) &&
           InLine(to_) && InLine(wanted_) && fade_ >= 0 && fade_ <= kFadeFrames;
  }

 private:
  static void Copy(const float* from, float* to, int frames) {
    for (int i = 0; i < frames; ++i) to[i] = from[i];
  }
  static void CopyClean(const float* from, float* to, int frames) {
    const int whole = frames - frames % kLanes;
    for (int i = 0; i < whole; i += kLanes) {
      StoreLanes(CleanLanes(LoadLanes(from + i)), to + i);
    }
    for (int i = whole; i < frames; ++i) to[i] = Clean(from[i]);
  }

  int Wrapped(int at) const { return at < size_ ? at : at - size_; }
  bool InLine(int frames) const { return frames >= 1 && frames <= size_; }

  float Tap(int frames) const {
    const int at = at_ - frames;
    return samples_[at < 0 ? at + size_ : at];
  }

  float* samples_ = nullptr;
  int size_ = 0;
  int at_ = 0;  // where the next sample goes, and where the oldest one is
  int from_ = 1, to_ = 1, wanted_ = 1;
  int fade_ = 0;  // samples left
};

}  // namespace continuo::dsp
