// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dsp/kernels/kernel.h"

namespace continuo::dsp {

/// A waveshaper (shaper_curves.h) at up to eight times the rate (oversampler.h). Its latency is that of the highest
/// rate, whatever the rate, so turning that knob shifts nothing; it is done in a gap of 22 ms.
extern const KernelDescription kShaper;

}  // namespace continuo::dsp
