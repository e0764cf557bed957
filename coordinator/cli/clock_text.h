// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "coordinator/cli/json_view.h"
#include "coordinator/cli/status_text.h"
#include "coordinator/cli/terminal.h"
#include "coordinator/core/view.h"

// Clocks that follow PTP, for people.

namespace continuo::coordinator::cli {

/// A table of all nodes and the coordinator, with the offsets of the last 30 s.
Lines ClockLines(const View& view, const Terminal& terminal);
/// The same in one line, for logs: "pi-1 locked +0.3 us  pi-2 holdover 12.4 s".
std::string ClockLine(const View& view);
/// {"now": ..., "clocks": [{"name": ..., ...}]}
std::string ClocksJson(const View& view);

/// Of one clock in words, for `node show`.
Lines ClockDetailLines(const plan::ClockStatus& status, const plan::BoardStatus& board,
                       const Terminal& terminal);
/// Of one clock; null where it does not follow PTP.
Json ClockJson(const plan::ClockStatus& status);

/// One column for each: a higher block for an offset twice as large, whatever its sign, from 0.5 us to 32 us on; '!'
/// where nobody was followed.
std::string Sparkline(const std::vector<Nanoseconds>& offsets);

}  // namespace continuo::coordinator::cli
