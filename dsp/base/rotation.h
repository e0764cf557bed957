// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace continuo::dsp {

/// cos and sin of an angle.
struct Rotation {
  float cos = 1, sin = 0;
};

/// Of `turn` * 2^-32 full turns. Computed in integers, |error| < 0.5001 ulp: transforms multiply by these again and
/// again. Not for every sample: some 30 ns.
Rotation RotationOf(std::uint32_t turn);

}  // namespace continuo::dsp
