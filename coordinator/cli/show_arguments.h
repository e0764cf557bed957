// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "coordinator/cli/command_tree.h"

namespace continuo::coordinator::cli {

/// `show ...`: what is done with a show, and `kernel ...`: what it can be made of.
void AddShows(CommandTree& tree);

}  // namespace continuo::coordinator::cli
