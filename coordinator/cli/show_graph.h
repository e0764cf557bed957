// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "coordinator/core/show.h"

namespace continuo::coordinator::cli {

/// The show as a drawing in the DOT language of Graphviz, left to right: what is played, the tasks, where the sound
/// leaves. What the show names but does not have is drawn in red.
std::string DotOf(const Show& show);

}  // namespace continuo::coordinator::cli
