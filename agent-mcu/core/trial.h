// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "dsp/base/hash.h"
#include "dsp/base/realtime.h"
#include "dsp/kernels/kernel.h"

namespace continuo::mcu {

/// A kernel in stereo is played noise and hashed: the same on a board and in its bridge, or one of them computes
/// something else. One thread at a time.
class Trial {
 public:
  static constexpr int kChannels = 2;
  static constexpr int kBlock = 48;  ///< samples

  /// Not real time. `memory`: aligned to 16; for the kernel, until another trial begins. `samples` > 0. nullptr, or a
  /// sentence.
  const char* Begin(const dsp::KernelDescription& kernel, std::uint64_t seed, Frames samples,
                    std::span<std::uint8_t> memory);
  /// The next block. False: there is none left.
  bool Step() CONTINUO_REALTIME;
  bool done() const { return n_ >= samples_; }
  /// Of all that was played.
  std::uint64_t hash() const { return digest_.value(); }

 private:
  using Channels = std::array<std::array<float, kBlock>, kChannels>;

  dsp::Kernel* kernel_ = nullptr;
  std::uint64_t seed_ = 0;
  Frames n_ = 0, samples_ = 0;
  Digest64 digest_;
  Channels in_{}, out_{};
};

}  // namespace continuo::mcu
