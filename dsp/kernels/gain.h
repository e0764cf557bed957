// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dsp/kernels/kernel.h"

namespace continuo::dsp {

/// A fader: level in decibels and a mute, on all channels alike. Moves glide (ramp.h).
extern const KernelDescription kGain;

}  // namespace continuo::dsp
