// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "coordinator/cli/invocation.h"
#include "coordinator/core/effect.h"

namespace continuo::coordinator::cli {

/// Says what became of the show in `file`, and all that is wrong with it. Returns the exit code.
int TellShow(const Invocation& invocation, const std::string& file, const Reply& reply);

}  // namespace continuo::coordinator::cli
