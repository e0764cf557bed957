// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dsp/kernels/kernel.h"

namespace continuo::dsp {

/// Plays recordings by MIDI key. An asset with zones is a kit: key and force pick zones, which say pitch, loop,
/// envelope and what silences what (zone.h). One without belongs to its key, at its own pitch; several of one key are
/// layers of velocity, from soft to hard. A key that nothing answers is silent. 32 voices; without input ports; mono or
/// stereo.
extern const KernelDescription kSampler;

}  // namespace continuo::dsp
