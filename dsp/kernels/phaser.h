// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dsp/kernels/kernel.h"

namespace continuo::dsp {

/// A chain of all-passes that moves beside the dry signal: half as many notches as it has stages.
extern const KernelDescription kPhaser;

}  // namespace continuo::dsp
