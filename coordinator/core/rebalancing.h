// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "coordinator/core/change.h"
#include "coordinator/core/rebalance.h"

namespace continuo::coordinator {

/// The drain or rebalance that is under way, or nullptr: they must not work against each other.
const OperationRecord* OpenParent(const Ledger& ledger);

/// Moves for the show that plays. What is on its way already stays as it is.
std::vector<Move> MovesFor(const Ledger& ledger, const BalanceRules& rules = {});

/// Begins them as one operation of that text; its number.
OperationId BeginMoves(Change& change, const std::vector<Move>& moves, std::string text);

}  // namespace continuo::coordinator
