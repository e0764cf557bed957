// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "coordinator/core/show.h"

namespace continuo::sim {

/// A show of so many tasks (1 or more): sources, and busses of eight that are summed until one is left, which is
/// played. One task in five has one replica and witnesses, the others two. Another `edition` (from 0) turns every
/// knob, and gives every eighth source another kind: as much as a show can change while it plays.
coordinator::Show GreatShow(int tasks, int edition);

}  // namespace continuo::sim
