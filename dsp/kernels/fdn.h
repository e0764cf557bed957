// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "dsp/base/arena.h"
#include "dsp/base/bytes.h"
#include "dsp/base/realtime.h"
#include "dsp/base/units.h"
#include "dsp/kernels/control_rate.h"
#include "dsp/kernels/ramp.h"

namespace continuo::dsp {

/// A feedback delay network: 16 lines of unequal length, whose ends are mixed by a Hadamard matrix, which keeps energy
/// as it is, and fed back into their beginnings. Each line is as absorbent as its length asks for, so that all
/// frequencies die when they should (Jot, "Digital delay networks for designing artificial reverberators", AES 90,
/// 1991). The lengths wander slowly, as a function of n, so that no resonance stands still.
class FeedbackDelayNetwork {
 public:
  static constexpr int kLines = 16;

  struct Settings {
    float size;     ///< 0.2..1, of the longest lines
    float decay;    ///< seconds until low frequencies have lost 60 dB, > 0
    float damping;  ///< 0..1: the highest frequencies die up to ten times sooner
  };

  /// May be called with a measuring arena.
  void Prepare(Arena& arena, const Settings& settings);
  /// Glides: the size within 0.4 s (heard as a bend), the others within 21 ms.
  void GoTo(const Settings& settings) CONTINUO_REALTIME;

  /// Stereo in, wet stereo out; within one control period.
  void Process(MediaTime n, int frames, const float* const* in,
               float* const* out) CONTINUO_REALTIME;

  void Snapshot(ByteWriter& out) const;
  bool Restore(ByteReader& in);

 private:
  // A power of two, above the longest line with its wander.
  static constexpr int kLineFrames = 4096;
  using Stretch = std::array<std::array<float, kControlFrames>, kLines>;

  void BeginPeriod() CONTINUO_REALTIME;
  void SetAbsorption() CONTINUO_REALTIME;
  void ReadLine(int line, MediaTime n, int frames, float* out) CONTINUO_REALTIME;

  RampOf<1200> size_;
  RampOf<64> log2_decay_, damping_;
  float size_from_ = 0, size_to_ = 0;  // at the beginning and the end of this control period
  std::array<float, kLines> feed_{}, keep_{};  // one-pole absorption: y = feed * x + keep * y
  std::array<float, kLines> absorbed_{};       // its memory
  std::array<float*, kLines> lines_{};
  int at_ = 0;  // where the next sample goes, in all lines
};

}  // namespace continuo::dsp
