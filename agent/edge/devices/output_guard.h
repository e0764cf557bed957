// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "agent/edge/devices/dc_watch.h"
#include "agent/edge/devices/guard_gain.h"
#include "dsp/base/realtime.h"

namespace continuo::agent {

/// The last thing before a device, on whatever thread the device calls: no NaN, no infinity, no DC and nothing over
/// full scale passes. The rest passes bit for bit, delay() frames late.
///
/// * A peak over full scale brings all channels down, in a straight line over 64 frames that ends when it leaves, and
///   lets them go with a time constant of 85 ms. 1.3 s after the last one bits pass again. These are peaks of samples,
///   not of what a converter makes between them: that is the limiter's (dsp/kernels).
/// * A sample that is no number, or more than 24 dB over full scale, is no music: all channels fade to silence before
///   it, for 0.1 s, and come back like after a peak.
/// * DC: see DcWatch.
///
/// Never in the way of a take: what is recorded is what was computed.
class OutputGuard {
 public:
  static constexpr int kDelay = GuardGain::kDelay;  ///< with look-ahead
  static constexpr float kAbsurd = 16.0f;

  /// All counted since it was made.
  struct Counts {
    std::uint64_t refused = 0;  ///< samples that were no numbers, or absurd
    std::uint64_t over = 0;     ///< frames that had a peak over full scale
    std::uint64_t dc = 0;       ///< times that a channel had DC
    bool operator==(const Counts&) const = default;
  };

  /// Not real time. Without `look_ahead` bits pass at once: what comes first of a peak is clipped, and what comes first
  /// of what is no music is silence, before the gain has come down.
  explicit OutputGuard(int channels, bool look_ahead = true);
  /// In place; every span of channels() equally many frames, any number.
  void Process(std::span<float* const> channels, int frames) CONTINUO_REALTIME;
  const Counts& counts() const { return counts_; }
  /// Frames by which what passes is late.
  int delay() const { return look_ahead_ ? GuardGain::kDelay : 0; }
  /// It changes what passes, at present.
  bool acting() const;

 private:
  /// Takes one frame in; its peak is in `peak`. True: there is something refused in it.
  bool Take(std::span<float* const> channels, int frame, float& peak) CONTINUO_REALTIME;
  void Give(std::span<float* const> channels, int frame, std::size_t at,
            double gain) CONTINUO_REALTIME;

  const bool look_ahead_;
  std::vector<DcWatch> dc_;
  std::vector<float> line_;  // kWindow frames, interleaved
  std::size_t at_ = 0;       // frame in it that is written next
  GuardGain gain_;
  Counts counts_;
};

}  // namespace continuo::agent
