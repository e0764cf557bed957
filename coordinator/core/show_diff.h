// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "coordinator/core/effect.h"
#include "coordinator/core/ledger.h"
#include "coordinator/core/show_change.h"

namespace continuo::coordinator {

/// What an apply would do.
struct ShowDiff {
  bool plays = false;   ///< a show plays, in whose place the other one would go
  std::string playing;  ///< its name
  std::vector<Difference> differences;
  Reply
      reply;  ///< what the apply would be answered now: whether it is accepted, and all that is wrong
};

/// Found out by doing it, on a copy. Changes nothing, and is not written down.
ShowDiff DiffShow(const Ledger& ledger, const ShowApplied& applied, Nanoseconds time);

}  // namespace continuo::coordinator
