// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "dsp/base/bytes.h"
#include "dsp/base/lanes.h"
#include "dsp/kernels/kernel.h"

namespace continuo::dsp {

/// A triangle in [-1, 1] with the corners and zeros of sin(2 pi turn 2^-32).
inline float SlowTriangle(std::uint32_t turn) {
  const auto quarters = static_cast<float>(static_cast<std::int32_t>(turn)) * 0x1p-30f;
  return quarters > 1.0f ? 2.0f - quarters : quarters < -1.0f ? -2.0f - quarters : quarters;
}

inline Lanes SlowTriangle(const LaneTurns& turn) {
  const Lanes quarters = RealLanes(CastLanes<LaneBits>(turn)) * 0x1p-30f;
  return ChooseLanes(quarters > 1.0f, 2.0f - quarters,
                     ChooseLanes(quarters < -1.0f, -2.0f - quarters, quarters));
}

/// sin(2 pi turn 2^-32) within 4e-4, at a tenth of the cost of Sin: the polynomial of fifth degree over a quarter
/// of a wave that meets it, and is as flat, at its ends, so that nothing bends where the quarters join.
template <typename Turn>
inline auto SlowSine(const Turn& turn) {
  const auto x = SlowTriangle(turn);
  constexpr float k1 = 1.57079633f, k3 = -0.641592654f, k5 = 0.0707963268f;
  const auto z = x * x;
  return x * (k1 + z * (k3 + z * k5));
}

/// The slow wave of a modulation. Its phase is a part of the state, in 2^-32 of a turn, so it never loses precision
/// and a new rate begins where the old one is.
class Lfo {
 public:
  void Reset(float hz) {
    turn_ = 0;
    SetRate(hz);
  }
  /// Below 100 Hz.
  void SetRate(float hz) {
    step_ = static_cast<std::uint32_t>(hz * (0x1p32f / static_cast<float>(kSampleRate)));
  }
  /// `offset` in turns, at least 0 and below 1.
  float At(float offset) const {
    return SlowSine(turn_ + static_cast<std::uint32_t>(offset * 0x1p31f) * 2);
  }
  /// The same offsets as turns, for At().
  static LaneTurns TurnsOf(const Lanes& offsets) {
    return CastLanes<LaneTurns>(WholeLanes(offsets * 0x1p31f)) * 2u;
  }
  /// Of four samples from this one on.
  Lanes At(const LaneTurns& offsets) const {
    const LaneTurns steps = {0u, step_, 2u * step_, 3u * step_};
    return SlowSine(LaneTurns(turn_ + steps + offsets));
  }
  void Advance(std::uint32_t frames) { turn_ += step_ * frames; }

  void Snapshot(ByteWriter& out) const {
    out.Le(turn_);
    out.Le(step_);
  }
  bool Restore(ByteReader& in) {
    turn_ = in.Le<std::uint32_t>();
    step_ = in.Le<std::uint32_t>();
    return in.ok();
  }

 private:
  std::uint32_t turn_ = 0, step_ = 0;
};

}  // namespace continuo::dsp
