// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "coordinator/cli/terminal.h"
#include "coordinator/core/view.h"

// A View for people. Lines without line ends.

namespace continuo::coordinator::cli {

using Lines = std::vector<std::string>;

/// Everything, for a terminal: time line, nodes, tasks, outputs, operations, packets, the last `incidents` incidents.
Lines StatusLines(const View& view, const Terminal& terminal, std::size_t incidents);
/// The same; where the terminal is too short for it, of the tasks only those that a person has to see, and how many
/// the others are.
Lines StatusLinesThatFit(const View& view, const Terminal& terminal, std::size_t incidents);
/// The same moment in one line, for logs.
std::string StatusLine(const View& view);
/// One replica's state: "in-sync", "joining, catching up at 5.2 x real time, 310 packets behind".
std::string ReplicaText(const View& view, const ReplicaView& replica, const Terminal& terminal);
Lines TaskLines(const View& view, const Terminal& terminal);

}  // namespace continuo::coordinator::cli
