// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "dsp/base/arena.h"
#include "dsp/base/math.h"

namespace continuo::dsp {

/// A sine of a phase that wraps, from 2048 points and straight lines between them: within 1.3e-6 (-118 dB).
class SineTable {
 public:
  /// Not real time; twice, as Kernel::Prepare.
  void Prepare(Arena& arena) {
    table_ = arena.Take<float>(kPoints + 1);
    if (table_ == nullptr) return;
    for (int i = 0; i <= kPoints; ++i) {
      table_[i] = Sin(static_cast<float>(i % kPoints) * (2.0f * kPi / kPoints));
    }
  }
  /// `phase` in 2^-32 of a cycle.
  float At(std::uint32_t phase) const {
    const float* const point = table_ + (phase >> (32 - kBits));
    const float part = static_cast<float>((phase << kBits) >> 8) * 0x1p-24f;
    return point[0] + part * (point[1] - point[0]);
  }

 private:
  static constexpr int kBits = 11;
  static constexpr int kPoints = 1 << kBits;
  float* table_ = nullptr;
};

/// Cycles in 2^-32, wrapped, to 2^-28 of one. |cycles| < 8.
inline std::uint32_t PhaseOf(float cycles) {
  return static_cast<std::uint32_t>(static_cast<std::int32_t>(cycles * 0x1p28f)) << 4;
}

}  // namespace continuo::dsp
