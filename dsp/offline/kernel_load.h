// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "dsp/kernels/kernel.h"

namespace continuo::dsp {

/// A kernel that is given much to do, so that its cost can be measured: stereo noise at all its inputs, eight notes,
/// and parameters as `at_work` says. What it takes is stated by KernelDescription::cost_ns_per_frame; `tests/bench/run
/// kernels` tells which are off. One thread.
class KernelLoad {
 public:
  static constexpr int kChannels = 2;
  static constexpr Frames kStretch = 960;
  /// Stretches after which notes begin anew, 0.8 s: while a recording of one second still plays.
  static constexpr int kNoteStretches = 40;

  explicit KernelLoad(const KernelDescription& kernel);
  /// False: it does not play in stereo, or not without what only a show can give it.
  bool Make();
  /// The notes, if it plays any; else nothing.
  void Begin();
  /// Plays kStretch samples in blocks of 48.
  void Stretch();
  /// What Make took: its object, and what it asked for.
  std::size_t bytes() const { return bytes_; }

 private:
  static constexpr int kVoices = 8;
  static constexpr int kFirstKey = 57;
  static constexpr int kMaxPorts = 32;
  static constexpr int kQuantum = 48;
  struct alignas(16) Cell {
    std::uint8_t bytes[16];
  };
  const KernelDescription& description_;
  std::vector<float> noise_;
  std::vector<AudioAsset> assets_;
  std::vector<std::uint8_t> keys_;
  std::array<std::array<float, kQuantum>, kChannels> out_{};
  int ports_ = 1;
  std::vector<Cell> place_, memory_;
  std::size_t bytes_ = 0;
  Kernel* kernel_ = nullptr;
  MediaTime n_ = 0;
};

}  // namespace continuo::dsp
