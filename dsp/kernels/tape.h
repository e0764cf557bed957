// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dsp/kernels/kernel.h"

namespace continuo::dsp {

/// A loop of tape: what was played returns seconds later, again and again, and is played over. The kernel with the
/// largest state, some 4 MB.
extern const KernelDescription kTape;

}  // namespace continuo::dsp
