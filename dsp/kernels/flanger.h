// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dsp/kernels/kernel.h"

namespace continuo::dsp {

/// A comb whose teeth move: one voice close to the dry one (modulated_delay.h).
extern const KernelDescription kFlanger;

}  // namespace continuo::dsp
