// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dsp/kernels/kernel.h"

namespace continuo::dsp {

/// A brick wall: what it sends stays below a ceiling, also between the samples (true peak), on all channels with one
/// gain. It looks 82 samples (1.7 ms) ahead, by which all it sends is late.
extern const KernelDescription kLimiter;

}  // namespace continuo::dsp
