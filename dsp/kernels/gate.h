// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dsp/kernels/kernel.h"

namespace continuo::dsp {

/// A gate with hysteresis, hold, range, side chain (input port 2) and a look-ahead of 1 ms, by which all it sends is
/// late.
extern const KernelDescription kGate;

}  // namespace continuo::dsp
