// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "proto/plan/link.h"

namespace continuo::coordinator {

/// Of every kernel, as the registry states it: what a term begins with (Started).
std::vector<plan::KernelCost> RegistryCosts();

}  // namespace continuo::coordinator
