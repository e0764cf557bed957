// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "coordinator/core/effect.h"

namespace continuo::coordinator {

/// One line on standard error, with the time of day for people. Any thread.
void Log(Severity severity, std::string_view text);

}  // namespace continuo::coordinator
