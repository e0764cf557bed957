// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dsp/kernels/kernel.h"

namespace continuo::dsp {

/// Sound in a recorded room: convolution with an impulse response (convolution.h), which is its one asset.
///
/// Its state is about 4 bytes for each sample of the response and of 8,192 more, for each channel: 0.9 MB for 2 s in
/// stereo. Restore computes the spectra again, which takes 1.3 ms for 2 s in stereo, off the audio thread.
extern const KernelDescription kConvolver;

}  // namespace continuo::dsp
