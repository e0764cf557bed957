// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dsp/kernels/kernel.h"

namespace continuo::dsp {

/// Places a stereo signal: a balance of constant power (left^2 + right^2 = 2 at every position, 0 dB in the middle).
extern const KernelDescription kPan;

}  // namespace continuo::dsp
