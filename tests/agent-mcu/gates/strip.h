// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "dsp/kernels/kernel.h"

namespace continuo::mcu {

/// A channel strip as a mixing desk has it: gain, equaliser with four bands at work and four flat, compressor, gate,
/// meter of peaks and RMS, one after the other, all settings at rest. It hears white noise with peaks of -12 dBFS,
/// which leaves the gate open and the compressor at work; or nothing. One thread.
class Strip {
 public:
  static constexpr int kStages = 5;
  static constexpr int kQuantum = 48;
  static constexpr int kMaxChannels = 2;

  struct Way {
    const char* name;
    bool hears;
    bool loudness;  ///< its meter measures loudness and true peaks as well
  };

  Strip(int channels, const Way& way);
  /// False: a kernel does not prepare.
  bool ok() const { return ok_; }
  const char* KindOf(int stage) const { return stages_[static_cast<std::size_t>(stage)].kind; }

  /// One stage's share of the next kQuantum samples; stages in their order.
  void Process(int stage);
  /// Behind the last stage.
  void Advance() { n_ += kQuantum; }

 private:
  struct alignas(16) Cell {
    std::uint8_t bytes[16];
  };
  struct Stage {
    const char* kind = "";
    std::vector<Cell> place, memory;
    dsp::Kernel* kernel = nullptr;
  };
  using Samples = std::array<std::array<float, kQuantum>, kMaxChannels>;

  bool Make(Stage& stage, const dsp::KernelDescription& kernel,
            std::span<const dsp::ParamSetting> params);

  int channels_;
  bool ok_ = true;
  std::vector<float> noise_;
  std::array<Stage, kStages> stages_;
  std::array<Samples, kStages> heard_;  // what each stage sends
  MediaTime n_ = 0;
};

}  // namespace continuo::mcu
