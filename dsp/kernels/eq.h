// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dsp/kernels/kernel.h"

namespace continuo::dsp {

/// Eight bands in a row, each a state-variable filter (svf.h) of any type (eq_band.h).
extern const KernelDescription kEq;

}  // namespace continuo::dsp
