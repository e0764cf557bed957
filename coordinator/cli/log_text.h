// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "coordinator/cli/terminal.h"
#include "coordinator/cli/wall_clock.h"
#include "coordinator/core/event_log.h"

namespace continuo::coordinator::cli {

/// "21:04:12.250  n 86190211605657  #12  node "pi-1" is dead  (of #11)"; further lines of the text are indented.
std::vector<std::string> LogLines(const LogEntry& entry, const WallClock& clock,
                                  const Terminal& terminal);
/// An object on one line.
std::string LogJson(const LogEntry& entry, const WallClock& clock);

}  // namespace continuo::coordinator::cli
