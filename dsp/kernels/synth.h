// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dsp/kernels/kernel.h"

namespace continuo::dsp {

/// A polyphonic subtractive synthesiser: two band-limited oscillators and a sub-oscillator, a resonant low-pass of
/// fourth order, two envelopes, 16 voices. Without input ports; mono or stereo.
extern const KernelDescription kSynth;

}  // namespace continuo::dsp
