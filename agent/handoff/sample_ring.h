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

/// The sound of one output on its way from the audio thread to the recorder: one writer, one
/// reader, no lock. What the reader gets is gapless: samples that did not fit come out as silence
/// later, and are counted, so that a slow disk never shifts what follows it.
class SampleRing {
 public:
  /// Room for at least `frames` samples of `channels` channels. Not real time.
  SampleRing(int channels, Frames frames)
      : channels_(channels), samples_(std::bit_ceil(static_cast<std::size_t>(channels * frames))) {}

  /// Writer only, before the first Write: the media time of the first sample.
  void StartAt(MediaTime first_n) CONTINUO_REALTIME {
    first_n_.store(first_n, std::memory_order_relaxed);
  }
  /// Valid once something has been read.
  MediaTime first_n() const { return first_n_.load(std::memory_order_relaxed); }
  /// Writer only: interleaved samples, a whole number of frames.
  void Write(std::span<const float> interleaved) CONTINUO_REALTIME {
    PayOwed();
    if (owed_ > 0 || Room() < interleaved.size()) {
      owed_ += interleaved.size();
      lost_.store(lost_.load(std::memory_order_relaxed) + interleaved.size(),
                  std::memory_order_relaxed);
      return;
    }
    Put(interleaved.size(), interleaved.data());
  }
  /// Writer only: no more will come. Real-time safe.
  void Finish() CONTINUO_REALTIME { finished_.store(true, std::memory_order_release); }

  /// Reader only: takes up to out.size() samples, a whole number of frames; returns how many.
  std::size_t Read(std::span<float> out) {
    const std::size_t head = head_.load(std::memory_order_relaxed);
    const std::size_t count =
        std::min(out.size() / channels_ * channels_, tail_.load(std::memory_order_acquire) - head);
    for (std::size_t i = 0; i < count; ++i) out[i] = samples_[(head + i) & (samples_.size() - 1)];
    head_.store(head + count, std::memory_order_release);
    return count;
  }
  /// Reader only: true when everything that will ever come has been read. Ask before an empty Read,
  /// not after.
  bool finished() const { return finished_.load(std::memory_order_acquire); }

  int channels() const { return channels_; }
  /// Samples per channel that became silence because the reader was late. Any thread.
  Frames lost() const {
    return static_cast<Frames>(lost_.load(std::memory_order_relaxed) / channels_);
  }

 private:
  std::size_t Room() const {
    return samples_.size() -
           (tail_.load(std::memory_order_relaxed) - head_.load(std::memory_order_acquire));
  }
  void PayOwed() {
    const std::size_t pay = std::min(owed_, Room());
    if (pay == 0) return;
    Put(pay, nullptr);
    owed_ -= pay;
  }
  void Put(std::size_t count, const float* from) {
    const std::size_t tail = tail_.load(std::memory_order_relaxed);
    for (std::size_t i = 0; i < count; ++i) {
      samples_[(tail + i) & (samples_.size() - 1)] = from == nullptr ? 0.0f : from[i];
    }
    tail_.store(tail + count, std::memory_order_release);
  }

  const std::size_t channels_;
  std::vector<float> samples_;
  std::size_t owed_ = 0;  // writer only: silence still to be written
  std::atomic<std::uint64_t> lost_{0};
  std::atomic<MediaTime> first_n_{0};
  std::atomic<bool> finished_{false};
  alignas(64) std::atomic<std::size_t> head_{0};  // moved by the reader
  alignas(64) std::atomic<std::size_t> tail_{0};  // moved by the writer
};

}  // namespace continuo::agent::handoff
