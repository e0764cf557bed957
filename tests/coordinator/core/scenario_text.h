// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "coordinator/core/coordinator.h"

// What is to be seen of a coordinator, as lines.

namespace continuo::coordinator {

std::string ViewText(const View& view);
std::string PlanText(const plan::Plan& plan);
std::string OperationsText(const View& view);

}  // namespace continuo::coordinator
