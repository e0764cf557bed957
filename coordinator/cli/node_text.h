// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "coordinator/cli/status_text.h"
#include "coordinator/cli/terminal.h"
#include "coordinator/core/view.h"

// Nodes for people.

namespace continuo::coordinator::cli {

/// A table of all.
Lines NodeLines(const View& view, const Terminal& terminal);
/// One of them, whole: what it is, what it runs, whether it may be unplugged.
Lines NodeDetailLines(const View& view, const NodeView& node, const Terminal& terminal);

}  // namespace continuo::coordinator::cli
