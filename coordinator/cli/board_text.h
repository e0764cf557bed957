// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "coordinator/cli/json_view.h"
#include "coordinator/cli/node_text.h"
#include "coordinator/cli/terminal.h"
#include "coordinator/core/view.h"

// What is shown of a node that is a microcontroller, beside what is shown of every node.

namespace continuo::coordinator::cli {

/// None for a whole computer.
Lines BoardLines(const plan::BoardStatus& board, const Terminal& terminal);
/// What it hears and sends, and its last dropouts; none if nothing was told yet.
Lines BoardTrafficLines(const View& view, const plan::BoardStatus& board, const Terminal& terminal);
/// null for a whole computer.
Json BoardJson(const View& view, const plan::BoardStatus& board);

}  // namespace continuo::coordinator::cli
