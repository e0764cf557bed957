// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "proto/plan/link.h"

namespace continuo::agent::core {

/// What the kernels cost on this node, as text for a file: valid for one build, since another compiles them anew.
std::string CostsText(const std::vector<plan::KernelCost>& costs, std::string_view build_id);

/// What CostsText wrote; nothing if the text is of another build, cut off, or anything else.
std::vector<plan::KernelCost> CostsOf(std::string_view text, std::string_view build_id);

}  // namespace continuo::agent::core
