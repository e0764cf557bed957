// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dsp/kernels/kernel.h"

namespace continuo::sim {

/// A kernel that cannot write its state: it remembers what it heard in the last half second, and tells nobody. A
/// newcomer has to hear it for itself. Known only to the simulator's own registry.
extern const dsp::KernelDescription kSettling;

}  // namespace continuo::sim
