// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "dsp/base/realtime.h"
#include "dsp/base/units.h"

namespace continuo::agent::handoff {

/// What a device hears, by media time, on its way to the audio thread. Each sample lies in the place of its date and
/// says which date that is. So what the device did not hear (it was not there, or lost time) is silence when it is
/// read, and shifts nothing that comes after it; there is no queue that could grow. One writer at a time, one reader;
/// neither waits.
class LiveRing {
 public:
  static constexpr MediaTime kNothing = -1;

  /// Keeps at least `frames` samples of `channels` channels. Not real time.
  LiveRing(int channels, Frames frames)
      : channels_(static_cast<std::size_t>(channels)),
        frames_(static_cast<Frames>(std::bit_ceil(static_cast<std::uint64_t>(frames)))),
        samples_(channels_ * static_cast<std::size_t>(frames_)),
        dates_(static_cast<std::size_t>(frames_)) {
    // No date that would lie there.
    for (std::size_t i = 0; i < dates_.size(); ++i) dates_[i] = static_cast<std::uint32_t>(i + 1);
  }

  /// Writer only: samples n to n + frames - 1, one pointer for each channel. What is dated before end() is there
  /// already and is left out; returns how many samples that are.
  Frames Write(MediaTime n, const float* const* channels, Frames frames) CONTINUO_REALTIME {
    const Frames known = std::clamp<Frames>(end() - n, 0, frames);
    for (Frames i = known; i < frames; ++i) {
      const std::size_t at = Place(n + i);
      for (std::size_t c = 0; c < channels_; ++c) {
        samples_[at * channels_ + c].store(channels[c][i], std::memory_order_relaxed);
      }
      dates_[at].store(static_cast<std::uint32_t>(n + i), std::memory_order_release);
    }
    if (known < frames) end_.store(n + frames, std::memory_order_release);
    return known;
  }
  /// First sample after the newest; kNothing before there is one.
  MediaTime end() const { return end_.load(std::memory_order_acquire); }

  /// Reader only: samples n to n + frames - 1, one pointer for each channel; what is not there is silence, and
  /// counted.
  void Take(MediaTime n, Frames frames, float* const* channels) CONTINUO_REALTIME {
    Frames silent = 0;
    for (Frames i = 0; i < frames; ++i) {
      const std::size_t at = Place(n + i);
      const bool here =
          dates_[at].load(std::memory_order_acquire) == static_cast<std::uint32_t>(n + i);
      silent += here ? 0 : 1;
      for (std::size_t c = 0; c < channels_; ++c) {
        channels[c][i] = here ? samples_[at * channels_ + c].load(std::memory_order_relaxed) : 0.0f;
      }
    }
    silent_.store(silent_.load(std::memory_order_relaxed) + silent, std::memory_order_relaxed);
  }
  /// Samples that were silence because nothing was there. Any thread.
  Frames silent() const { return silent_.load(std::memory_order_relaxed); }
  int channels() const { return static_cast<int>(channels_); }

 private:
  std::size_t Place(MediaTime n) const { return static_cast<std::size_t>(n & (frames_ - 1)); }

  const std::size_t channels_;
  const Frames frames_;  // a power of two
  std::vector<std::atomic<float>> samples_;
  std::vector<std::atomic<std::uint32_t>> dates_;
  std::atomic<Frames> silent_{0};
  alignas(64) std::atomic<MediaTime> end_{kNothing};
};

}  // namespace continuo::agent::handoff
