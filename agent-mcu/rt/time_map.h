// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dsp/base/units.h"

namespace continuo::mcu {

/// At `board_ns` of the board's clock sample `n` begins.
struct TimeMap {
  Nanoseconds board_ns = 0;  ///< 0: not known yet
  MediaTime n = 0;
};

/// Of the board's clock: 48,000 samples are 10^9 ns.
constexpr Frames FramesIn(Nanoseconds span) {
  return span * 3 / 62'500;
}

}  // namespace continuo::mcu
