// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dsp/kernels/kernel.h"

namespace continuo::dsp {

/// Plays audio assets by MIDI key, at the pitch they were recorded; a key without an asset is silent. Several assets of
/// one key are layers of velocity, from soft to hard. 32 voices; without input ports; mono or stereo.
extern const KernelDescription kSampler;

}  // namespace continuo::dsp
