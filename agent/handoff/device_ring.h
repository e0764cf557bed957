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

/// The newest of what one output plays, by media time, on its way from the audio thread to a device. The writer never
/// waits and never knows who reads; a reader says which samples it wants. So a device that is gone, late or back again
/// changes nothing for the audio thread. One writer, any number of readers, real-time safe on both sides.
class DeviceRing {
 public:
  /// Keeps at least `frames` samples of `channels` channels for readers. Not real time.
  DeviceRing(int channels, Frames frames)
      : channels_(static_cast<std::size_t>(channels)),
        frames_(static_cast<Frames>(std::bit_ceil(static_cast<std::uint64_t>(2 * frames)))),
        samples_(channels_ * static_cast<std::size_t>(frames_)) {}

  /// Writer only, before the first Write: the media time of the first sample.
  void StartAt(MediaTime first_n) CONTINUO_REALTIME {
    first_n_.store(first_n, std::memory_order_relaxed);
    end_.store(first_n, std::memory_order_release);
  }
  /// Writer only: interleaved samples, a whole number of frames, at most half of those it keeps.
  void Write(std::span<const float> interleaved) CONTINUO_REALTIME {
    const MediaTime n = end_.load(std::memory_order_relaxed);
    const std::size_t at = Place(n);
    const std::size_t before_wrap = std::min(interleaved.size(), samples_.size() - at);
    Put(at, interleaved.first(before_wrap));
    Put(0, interleaved.subspan(before_wrap));
    end_.store(n + static_cast<Frames>(interleaved.size() / channels_), std::memory_order_release);
  }
  /// Writer only: no more will come.
  void Finish() CONTINUO_REALTIME { finished_.store(true, std::memory_order_release); }

  /// Media time of the first sample ever; kNotStarted before there is one.
  MediaTime first() const {
    return end() == kNotStarted ? kNotStarted : first_n_.load(std::memory_order_relaxed);
  }
  /// First sample that is not there yet.
  MediaTime end() const { return end_.load(std::memory_order_acquire); }
  /// Nothing will come beyond end(). Ask before end(), not after.
  bool finished() const { return finished_.load(std::memory_order_acquire); }
  int channels() const { return static_cast<int>(channels_); }
  /// The oldest sample that a reader may still ask for.
  MediaTime oldest() const { return std::max(first(), end() - frames_ / 2); }

  /// Samples n to n + frames - 1, one span for each channel. False, and what is in `out` is worth nothing, if not all
  /// of them are here.
  bool Read(MediaTime n, Frames frames, std::span<float* const> out) const CONTINUO_REALTIME {
    const MediaTime end_before = end();
    if (end_before == kNotStarted || n < oldest() || n + frames > end_before) return false;
    for (Frames i = 0; i < frames; ++i) {
      const std::size_t at = Place(n + i);
      for (std::size_t c = 0; c < channels_; ++c) {
        out[c][i] = samples_[at + c].load(std::memory_order_acquire);
      }
    }
    // Who has seen a sample of a later round has also seen that round begin: then this says so.
    return end() - n <= frames_ - frames_ / 4;
  }

  static constexpr MediaTime kNotStarted = -1;

 private:
  std::size_t Place(MediaTime n) const {
    return static_cast<std::size_t>(n & (frames_ - 1)) * channels_;
  }
  void Put(std::size_t at, std::span<const float> from) {
    for (std::size_t i = 0; i < from.size(); ++i) {
      samples_[at + i].store(from[i], std::memory_order_release);
    }
  }

  const std::size_t channels_;
  const Frames frames_;  // a power of two
  std::vector<std::atomic<float>> samples_;
  std::atomic<MediaTime> first_n_{0};
  std::atomic<bool> finished_{false};
  alignas(64) std::atomic<MediaTime> end_{kNotStarted};
};

}  // namespace continuo::agent::handoff
