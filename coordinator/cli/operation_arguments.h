// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "coordinator/cli/command_tree.h"

namespace continuo::coordinator::cli {

/// What moves, heals and balances: `task migrate`, `task replicas`, `node ...`, `rebalance`, `operation ...`.
void AddOperations(CommandTree& tree);

}  // namespace continuo::coordinator::cli
