// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dsp/kernels/kernel.h"

namespace continuo::dsp {

/// A console: up to 16 input ports, each with a fader and a mute, summed in the order of the ports, and a master fader.
extern const KernelDescription kMixer;

}  // namespace continuo::dsp
