// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "coordinator/core/effect.h"
#include "coordinator/core/input.h"
#include "coordinator/core/ledger.h"

// Each command is carried out once. What carries it out knows it by ledger.last_command, which is the one that is being
// recorded, and says Settle when there is a reply: at once, or later.

namespace continuo::coordinator {

/// The key of a command; nullptr if the input is none.
const CommandKey* KeyOf(const Input& input);

/// Who asks and waits; 0 if nobody does.
RequestId RequestIn(const Input& input);

/// It was asked before, and is known: nothing is done.
bool IsAskedAgain(const Ledger& ledger, const Input& input);

/// Before a command is carried out: gives it its number. False if it must not be, since it was asked before; then it is
/// settled again if it has a reply.
bool BeginCommand(Ledger& ledger, const Input& input, Effects& effects);

/// Remembers the replies that are in `effects` for those who ask again.
void KeepReplies(Ledger& ledger, const Effects& effects);

/// The command that this input, which has been recorded, asked for.
CommandId CommandOf(const Ledger& ledger, const Input& input);

}  // namespace continuo::coordinator
