// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dsp/kernels/kernel.h"

namespace continuo::dsp {

/// Four bands, each a state-variable filter (svf.h): low shelf, two peaks, high shelf.
extern const KernelDescription kEq;

}  // namespace continuo::dsp
