// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace continuo::clock {

enum class LockState : std::uint8_t {
  kFree,       ///< stage time is a guess: it may still jump
  kAcquiring,  ///< it is right to some microseconds, its rate is being measured
  kLocked,     ///< follows; only slewed from now on, and never stepped again
  kHoldover,   ///< nobody to follow: goes on at the rate that was measured
};

}  // namespace continuo::clock
