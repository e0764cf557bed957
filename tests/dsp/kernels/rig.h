// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "dsp/kernels/registry.h"

namespace continuo::dsp {

using Signal = std::vector<float>;

/// One kernel on a bench: set its knobs, send signals through it, look at what comes out.
class Rig {
 public:
  explicit Rig(std::string_view kind, int channels = 2, int input_ports = 1,
               std::vector<AudioAsset> assets = {})
      : description_(*FindKernel(kind)),
        channels_(channels),
        input_ports_(input_ports),
        assets_(std::move(assets)) {
    KernelConfig config;
    config.channels = channels;
    config.input_ports = input_ports;
    config.assets = assets_;
    place_.resize(description_.bytes / sizeof(Cell) + 1);
    kernel_ = description_.create(place_.data());
    Arena measure;
    EXPECT_TRUE(kernel_->Prepare(config, measure));
    memory_.resize(measure.needed() / sizeof(Cell) + 1);
    Arena arena(memory_.data(), memory_.size() * sizeof(Cell));
    EXPECT_TRUE(kernel_->Prepare(config, arena));
  }
  Rig(const Rig&) = delete;

  void Set(std::string_view param, float value) {
    const int index = FindParam(description_, param);
    ASSERT_GE(index, 0) << param;
    ASSERT_TRUE(InRange(description_.params[index], value)) << param;
    kernel_->Apply({n_, EventKind::kParam, static_cast<std::uint16_t>(index), value});
  }

  void SetTempo(float bpm) { kernel_->Apply({n_, EventKind::kTempo, 0, bpm}); }

  /// `in`: [port * channels + channel], of equal length; what comes out: [channel].
  std::vector<Signal> Render(const std::vector<Signal>& in) {
    const int length = static_cast<int>(in.at(0).size());
    std::vector<Signal> out(channels_, Signal(length));
    for (int at = 0; at < length;) {
      const int frames = std::min(kMaxQuantum, length - at);
      std::vector<const float*> ins;
      std::vector<float*> outs;
      for (const Signal& signal : in) ins.push_back(signal.data() + at);
      for (Signal& signal : out) outs.push_back(signal.data() + at);
      kernel_->Process({n_, frames, ins.data(), outs.data()});
      at += frames;
      n_ += frames;
    }
    return out;
  }
  /// The same signal into every channel of every port.
  std::vector<Signal> RenderAlike(const Signal& in) {
    return Render(std::vector<Signal>(channels_ * input_ports_, in));
  }
  /// What a source, which has no input, makes of its own.
  std::vector<Signal> Play(int frames) {
    std::vector<Signal> out(channels_, Signal(frames));
    for (int at = 0; at < frames;) {
      const int part = std::min(kMaxQuantum, frames - at);
      std::vector<float*> outs;
      for (Signal& signal : out) outs.push_back(signal.data() + at);
      kernel_->Process({n_, part, nullptr, outs.data()});
      at += part;
      n_ += part;
    }
    return out;
  }
  void Skip(int frames) { Play(frames); }
  /// Goes on so much later, without computing what lies between.
  void Jump(int frames) { n_ += frames; }
  /// Lets glides arrive.
  void Settle(int frames = 48000) { RenderAlike(Signal(frames)); }

  Kernel& kernel() { return *kernel_; }
  /// The next sample; another one for a kernel that was restored.
  MediaTime n() const { return n_; }
  void GoTo(MediaTime n) { n_ = n; }

 private:
  struct alignas(16) Cell {
    std::uint8_t bytes[16];
  };
  const KernelDescription& description_;
  int channels_;
  int input_ports_;
  std::vector<AudioAsset> assets_;
  std::vector<Cell> place_, memory_;
  Kernel* kernel_ = nullptr;
  MediaTime n_ = 1'000'000'007;  // anything but a multiple of a quantum
};

inline Signal Sine(double hz, int frames, double amplitude = 1.0) {
  Signal signal(frames);
  for (int i = 0; i < frames; ++i) {
    signal[i] = static_cast<float>(amplitude * std::sin(2 * M_PI * hz * i / kSampleRate));
  }
  return signal;
}

inline Signal Impulse(int frames, float height = 1.0f) {
  Signal signal(frames);
  signal[0] = height;
  return signal;
}

inline Signal Constant(int frames, float value = 1.0f) {
  return Signal(frames, value);
}

/// White, uniform, in [-1, 1); the same for the same seed.
inline Signal Noise(int frames, std::uint32_t seed = 1) {
  Signal signal(frames);
  for (float& sample : signal) {
    seed = seed * 1664525u + 1013904223u;
    sample = static_cast<float>(static_cast<std::int32_t>(seed)) * 0x1p-31f;
  }
  return signal;
}

inline float LargestStep(const Signal& signal) {
  float largest = 0;
  for (std::size_t i = 1; i < signal.size(); ++i) {
    largest = std::max(largest, std::abs(signal[i] - signal[i - 1]));
  }
  return largest;
}

inline double Energy(const Signal& signal, int from, int to) {
  double sum = 0;
  for (int i = from; i < to; ++i)
    sum += static_cast<double>(signal[i]) * static_cast<double>(signal[i]);
  return sum;
}

}  // namespace continuo::dsp
