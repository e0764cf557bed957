// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "proto/plan/link.h"

namespace continuo::mcu {

/// Of every kernel, by kind: guessed of a Cortex-M4F at 168 MHz from the instructions that it takes.
std::vector<plan::KernelCost> BoardCosts();

}  // namespace continuo::mcu
