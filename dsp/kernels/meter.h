// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dsp/kernels/kernel.h"

namespace continuo::dsp {

/// Passes its input through to the bit and reads peaks, true peaks, RMS and loudness (ITU-R BS.1770-4, EBU R 128).
extern const KernelDescription kMeter;

}  // namespace continuo::dsp
