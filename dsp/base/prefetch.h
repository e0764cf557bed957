// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dsp/base/lanes.h"

namespace continuo::dsp {

/// Says that these samples will be asked for within the next blocks, so that they come from far memory while something
/// else is computed. Any address will do. Nothing where memory is as near as it gets.
inline void Prefetch(const float* samples) {
#ifdef CONTINUO_SCALAR_LANES
  static_cast<void>(samples);
#else
  __builtin_prefetch(samples);
#endif
}

}  // namespace continuo::dsp
