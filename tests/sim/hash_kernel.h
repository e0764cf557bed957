// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dsp/kernels/kernel.h"

namespace continuo::sim {

/// The kernel of protocol seeds: its state is a chain of hashes over every input sample and every event, and its output
/// shows the state. One wrong bit anywhere changes everything after it, for next to no work. Known only to the
/// simulator's own registry; no shipped program links it.
extern const dsp::KernelDescription kHash;
/// The same, but that it says to look ahead: what it meets elsewhere waits.
extern const dsp::KernelDescription kLate;

}  // namespace continuo::sim
