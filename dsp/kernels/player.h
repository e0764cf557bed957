// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dsp/kernels/kernel.h"

namespace continuo::dsp {

/// Plays one audio file with the session: it rolls when the transport rolls, stops when it stops, and a locate leads to
/// the same place in the file. Positions are in samples at the tempo in force when the transport began to roll; a
/// recording does not follow a change of tempo under way. Without input ports; mono or stereo.
extern const KernelDescription kPlayer;

}  // namespace continuo::dsp
