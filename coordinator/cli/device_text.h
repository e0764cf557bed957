// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "coordinator/cli/status_text.h"
#include "coordinator/cli/terminal.h"
#include "coordinator/core/view.h"

namespace continuo::coordinator::cli {

/// How the devices of inputs and outputs are; nothing where there is none. `starved` is a count of an output, and of
/// an input the silence that was put in its place.
Lines DeviceLines(const View& view, const Terminal& terminal);

}  // namespace continuo::coordinator::cli
