// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dsp/kernels/kernel.h"

namespace continuo::dsp {

/// Echoes with a time for each side. The first repeat is as bright as its source; each further one loses treble.
extern const KernelDescription kDelay;

}  // namespace continuo::dsp
