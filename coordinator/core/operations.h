// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "coordinator/core/change.h"
#include "coordinator/core/effect.h"
#include "coordinator/core/ledger.h"

// Operations, carried out. All of them are made of one thing: a joiner comes into the plan, and when it is in sync, the
// replica whose place it takes leaves, if it is there at all. What the plan says is a wish; the replicas agree among
// themselves from which sample a joiner counts and when one that leaves may go. So a coordinator may die in any phase:
// its successor finds in the ledger how far it came, and goes on.

namespace continuo::coordinator {

/// Joins onto one node that may be under way at once; a task has one at a time. Joins that have to wait for others are
/// away for twice as long, so this is for a node on which very much would come down at once. The agents themselves see
/// to it that the wire is shared.
inline constexpr int kJoinsAtOnce = 32;
/// An agent gives up earlier, and says why; this is for one that does not answer.
inline constexpr Nanoseconds kJoinPatience = 20'000'000'000;
/// On one node; then another one is tried.
inline constexpr int kFailuresPerNode = 3;
/// When every node has failed; longer the oftener that was so.
inline constexpr Nanoseconds kRetryAfter = 2'000'000'000;
inline constexpr int kRetryFactorMost = 8;
/// Of an operator's operation; a lost replica is tried again for ever.
inline constexpr int kAttemptsMost = 9;
/// A replica that is to leave, though others do its work, is dropped after so long.
inline constexpr Frames kLeavingPatience = 5 * kSampleRate;
/// A replica that has left stays in the plan for so long, to repair what it sent last.
inline constexpr Frames kLingerTime = kSampleRate;
/// Those that ended, to be looked at.
inline constexpr std::size_t kEndedKept = 64;

/// Takes every operation as far as it goes now, begins those that are needed to keep the show's redundancy, and sends
/// the plan that comes of it. After every durable input; nothing is done while those who play are awaited by a
/// coordinator that has just begun.
void TendOperations(Ledger& ledger, Nanoseconds time, Effects& effects);

/// Gives it a number, and says so in the log.
OperationRecord& BeginOperation(Change& change, OperationRecord operation);
/// Its one verdict.
void EndOperation(Change& change, OperationRecord& operation, OperationPhase verdict,
                  std::string text);
/// Takes back what it did so far, where that can be taken back: the show is as it was.
void CallOff(Change& change, OperationRecord& operation, std::string text);

OperationRecord* FindOperation(Ledger& ledger, OperationId id);
/// One that replaces or moves replicas of the task, and has not ended; of `kind` if it is given.
const OperationRecord* OpenOperation(const Ledger& ledger, dsp::TaskId task);
const OperationRecord* OpenOperation(const Ledger& ledger, dsp::TaskId task, OperationKind kind);

}  // namespace continuo::coordinator
