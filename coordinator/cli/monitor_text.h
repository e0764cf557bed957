// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "coordinator/cli/node_text.h"
#include "coordinator/cli/terminal.h"
#include "coordinator/core/view.h"

// One board, again and again: what `node monitor` shows.

namespace continuo::coordinator::cli {

/// Empty: that node is there and a board; else what it is instead, in a sentence.
std::string WhyNoBoard(const View& view, const std::string& name);
Lines MonitorLines(const View& view, const std::string& name, const Terminal& terminal);
/// For a log: all that matters in one line.
std::string MonitorLine(const View& view, const std::string& name);
/// What `node show --json` says; while the node is not there, {"name", "board": null}.
std::string MonitorJson(const View& view, const std::string& name);

}  // namespace continuo::coordinator::cli
