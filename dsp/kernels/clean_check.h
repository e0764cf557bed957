// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dsp/base/lanes.h"

namespace continuo::dsp {

#ifndef CONTINUO_SCALAR_LANES
/// As that of scalar_lanes.h: asks of many numbers at once whether all of them have magnitudes of 2^-49 up to 2^79, as
/// nearly all samples have, so that Clean() would leave them as they are. Half of what cleaning them takes.
class CleanCheck {
 public:
  void Add(const Lanes& x) { outside_ |= CastLanes<LaneTurns>(x) - ((127u - 49u) << 23); }
  /// False: some may be clean nevertheless.
  bool Holds() const { return AllHold(CastLanes<LaneBits>(outside_ << 1) >= 0); }

 private:
  LaneTurns outside_ = {};
};
#endif

}  // namespace continuo::dsp
