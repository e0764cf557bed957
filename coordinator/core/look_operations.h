// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "coordinator/core/coordinator.h"

namespace continuo::coordinator {

/// All that are known, with how far the newcomers have come by their own word. By id.
std::vector<OperationView> LookAtOperations(const State& state);

}  // namespace continuo::coordinator
