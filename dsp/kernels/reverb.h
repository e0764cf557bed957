// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dsp/kernels/kernel.h"

namespace continuo::dsp {

/// A hall: diffusers into a feedback delay network of 16 lines mixed by a Hadamard matrix, which neither adds nor loses
/// energy; what decays is set line by line, so that all frequencies die when the parameters say (after Jot, "Digital
/// delay networks for designing artificial reverberators", AES 90, 1991).
extern const KernelDescription kReverb;

}  // namespace continuo::dsp
