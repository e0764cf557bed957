// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "proto/plan/link.h"

namespace continuo::mcu {

/// Of every kernel, by kind: guessed of a Cortex-M from what kernels declare of an x86.
std::vector<plan::KernelCost> BoardCosts();

}  // namespace continuo::mcu
