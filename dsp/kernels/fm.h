// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dsp/kernels/kernel.h"

namespace continuo::dsp {

/// A polyphonic synthesiser of four sines a voice that modulate each other's phase: eight algorithms; ratio, detuning,
/// level and envelope of each operator; feedback on the fourth. 16 voices; without input ports; mono or stereo, alike
/// on both sides.
extern const KernelDescription kFm;

}  // namespace continuo::dsp
