// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dsp/kernels/kernel.h"

namespace continuo::dsp {

/// Three voices that drift beside the dry one (modulated_delay.h).
extern const KernelDescription kChorus;

}  // namespace continuo::dsp
