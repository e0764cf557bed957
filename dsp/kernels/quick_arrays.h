// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dsp/base/realtime.h"

namespace continuo::dsp {

/// In place: what QuickLog2 gives of each, or of `least` if that is more.
void QuickLog2All(float* x, int count, float least) CONTINUO_REALTIME;
/// In place: what QuickExp2 gives of each; all within its range.
void NarrowExp2All(float* x, int count) CONTINUO_REALTIME;

}  // namespace continuo::dsp
