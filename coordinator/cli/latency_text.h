// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "coordinator/cli/status_text.h"
#include "coordinator/cli/terminal.h"
#include "coordinator/core/view.h"

// How late what comes over each wire is (core/latency.h), for people.

namespace continuo::coordinator::cli {

/// A table hop by hop, and what the show could do with. `task`: of its wires only; empty: of all.
Lines LatencyLines(const View& view, const std::string& task, const Terminal& terminal);
/// The worst in one line, for logs.
std::string LatencyLine(const View& view, const std::string& task);
/// {"now": ..., "playout_ms": ..., "legs": [{"task": ..., ...}]}
std::string LatencyJson(const View& view, const std::string& task);

}  // namespace continuo::coordinator::cli
