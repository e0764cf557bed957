// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "coordinator/cli/status_text.h"
#include "coordinator/cli/terminal.h"
#include "coordinator/core/view.h"

namespace continuo::coordinator::cli {

/// How the devices of outputs are; nothing where no output has one.
Lines DeviceLines(const View& view, const Terminal& terminal);

}  // namespace continuo::coordinator::cli
