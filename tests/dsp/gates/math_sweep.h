// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

namespace continuo::dsp::gates {

struct MathSweep {
  const char* function;
  std::uint64_t (
      *hash)();  ///< of its results over arguments of every size, sign and kind; all NaNs count as one
};

/// Every function of dsp/base/math.h and quick_math.h.
std::span<const MathSweep> MathSweeps();

}  // namespace continuo::dsp::gates
