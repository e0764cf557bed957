// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dsp/kernels/kernel.h"

namespace continuo::dsp {

/// What a device of one node hears, as it is. The only kernel whose input is not a function of the show: in a take it
/// is recorded.
extern const KernelDescription kInput;

}  // namespace continuo::dsp
