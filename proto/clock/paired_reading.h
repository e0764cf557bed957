// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dsp/base/units.h"

namespace continuo::clock {

/// Two clocks, read at one instant as nearly as can be.
struct PairedReading {
  Nanoseconds first = 0, second = 0;
  Nanoseconds apart = 0;  ///< between the readings of `first` that were around that of `second`
};

/// Whoever reads one clock and then another may be put aside between the two, for as long as the machine likes, and
/// would take that for a difference of the clocks. So the first is read before and after the second, again while those
/// are far apart, and the closest of a few tries counts. Real-time safe if both are.
template <typename First, typename Second>
PairedReading ReadPair(const First& first, const Second& second) {
  constexpr Nanoseconds kClose = 20'000;
  constexpr int kTries = 5;
  PairedReading best;
  for (int i = 0; i < kTries; ++i) {
    const Nanoseconds before = first();
    const Nanoseconds at = second();
    const Nanoseconds after = first();
    const PairedReading reading{before + (after - before) / 2, at, after - before};
    if (i == 0 || reading.apart < best.apart) best = reading;
    if (best.apart <= kClose) break;
  }
  return best;
}

}  // namespace continuo::clock
