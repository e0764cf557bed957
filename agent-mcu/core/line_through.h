// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "dsp/base/realtime.h"
#include "dsp/base/units.h"
#include "dsp/kernels/kernel.h"

namespace continuo::mcu {

/// What a codec hears goes through a few kernels, in stereo, and out again: for whoever wants to know whether a board's
/// codec plays. One thread at a time.
class LineThrough {
 public:
  static constexpr int kChannels = 2;
  static constexpr std::size_t kLongest = 4;  ///< kernels

  struct Link {
    const dsp::KernelDescription* kernel = nullptr;
    std::span<const dsp::ParamSetting> params;  ///< what differs from the initial values
  };

  /// Not real time. `memory`: zeroed, aligned to 16, as long as this lives. nullptr, or a sentence; then it plays
  /// silence. `links`: 1..kLongest.
  const char* Begin(std::span<const Link> links, std::span<std::uint8_t> memory);
  /// Left and right by turns, 24 bits in the upper part of each word; kMaxQuantum of both at most.
  void Run(std::span<const std::int32_t> in, std::span<std::int32_t> out) CONTINUO_REALTIME;

 private:
  using Channels = std::array<std::array<float, kMaxQuantum>, kChannels>;

  std::array<dsp::Kernel*, kLongest> kernels_{};
  std::size_t count_ = 0;
  MediaTime n_ = 0;
  Channels samples_{}, spare_{};
};

}  // namespace continuo::mcu
