// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "coordinator/core/effect.h"
#include "coordinator/core/ledger.h"

// Events: what an operator changes while a show plays. The coordinator gives each a number and a date, hands it to
// every replica of its task until one of them reports the verdict, and remembers it for the take. It decides neither
// order nor outcome (proto/replica does).

namespace continuo::coordinator {

/// An event without a verdict is handed out again after this, then after twice as long, and so on up to the longest
/// pause. All that is handed out again takes turns, the oldest first: a storm that outran the replicas must not grow by
/// being repeated, or they never catch up.
inline constexpr Nanoseconds kResendPeriod = 50'000'000;
inline constexpr Nanoseconds kLongestResendPeriod = 1'000'000'000;
inline constexpr int kResendsPerTick = 64;
/// After its date plus playout; then the operator is told that nobody answers.
inline constexpr Frames kVerdictPatience = 2 * kSampleRate;
/// After its date: it is not handed out any more.
inline constexpr Frames kResendLimit = 30 * kSampleRate;

/// Dates and issues it, or answers why not.
void IssueEvent(Ledger& ledger, const EventRequested& requested, Nanoseconds time,
                Effects& effects);

/// Gives an event with a date its number, and issues it. Nobody waits for its verdict.
void IssueDated(Ledger& ledger, dsp::TaskId task, Event event, std::string text, Effects& effects);

/// nullptr if there is none of that number in this performance.
const EventRecord* FindEvent(const Ledger& ledger, EventId id);
/// What was issued for that command; nullptr if nothing was, or another show has begun. Looks at the newest first.
const EventRecord* FindEventOf(const Ledger& ledger, CommandId command);

/// To every node that plays a replica of its task.
void SubmitEvent(const Ledger& ledger, const EventRecord& record, Effects& effects);

void TakeVerdict(Ledger& ledger, const plan::VerdictReached& verdict, Effects& effects);

/// What an operator is told about a dated event.
Reply ReplyFor(const Ledger& ledger, const EventRecord& record);

}  // namespace continuo::coordinator
