// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "coordinator/core/effect.h"
#include "coordinator/core/ledger.h"

// Against a slip of the hand: a show that is locked, and earlier versions of it that can be had back.

namespace continuo::coordinator {

/// Empty, or why the show that plays is not to be stopped or replaced: who locked it, when, and how to unlock it.
std::string WhyLocked(const Ledger& ledger, Nanoseconds time);

void TakeLock(Ledger& ledger, const LockRequested& wanted, Nanoseconds time, Effects& effects);

/// An earlier version is applied as if an operator had sent it again; that it is one is told with it.
void TakeRollback(Ledger& ledger, const RollbackRequested& wanted, Nanoseconds time,
                  Effects& effects);

/// What has just been dated, or changed, can be had back later. `text`: what it changed, a line each.
void Remember(Ledger& ledger, const ShowApplied& applied, MediaTime n, std::string text);

}  // namespace continuo::coordinator
