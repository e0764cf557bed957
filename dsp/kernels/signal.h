// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dsp/kernels/kernel.h"

namespace continuo::dsp {

/// Test signals: sine, sweep, white and pink noise, impulses, and a voice that tells channels apart. Each is a function
/// of the sample's number alone.
extern const KernelDescription kSignal;

}  // namespace continuo::dsp
