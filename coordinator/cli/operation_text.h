// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "coordinator/cli/status_text.h"
#include "coordinator/cli/terminal.h"
#include "coordinator/core/view.h"

// Operations for people: where they stand, how they ended.

namespace continuo::coordinator::cli {

/// Null if it is not known (any more).
const OperationView* FindOperation(const View& view, OperationId id);
/// The parts of a drain or rebalance, oldest first.
std::vector<const OperationView*> PartsOf(const View& view, OperationId parent);

struct Standing {
  std::string
      phase;  ///< what a log tells apart: changes when something has happened, not with every byte
  std::string text;  ///< "move bass from pi-1 to pi-3: snapshot 1.2 MB of 3.4 MB from pi-2"
};
Standing StandingOf(const View& view, const OperationView& operation);

/// A joiner on its way: "catching up at 5.2 x real time, 310 packets behind".
std::string JoinText(const View& view, plan::ReplicaState state, const plan::JoinProgress& join);

/// What a class of kernels means for a move; empty for an empty class.
std::string ClassText(std::string_view kernel_class);

/// The verdict and, below, how the newcomer came in.
Lines VerdictLines(const View& view, const OperationView& operation, const Terminal& terminal);

/// A table of those that are under way and the last `ended` of the others. Below what they
/// are part of stand the parts that are not done well.
Lines OperationLines(const View& view, const Terminal& terminal, std::size_t ended);

/// Moves with their reasons; none is no line.
Lines MoveLines(const std::vector<PlannedMove>& moves);

}  // namespace continuo::coordinator::cli
