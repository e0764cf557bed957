// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "coordinator/cli/command_tree.h"

namespace continuo::coordinator::cli {

/// `node flash`, `node console`, `node monitor`.
void AddBoards(CommandTree& tree);

}  // namespace continuo::coordinator::cli
