// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "dsp/base/units.h"
#include "proto/plan/plan.h"

// Plan B: what nodes do by themselves when another one dies, whether a coordinator answers or not. It travels with
// every plan because it follows from it, so two nodes that hold the same plan cannot disagree about it.
//
//   a task with twins          nothing: the others play on
//   a task with one replica    its oldest witness, the successor, takes it up from its checkpoint; the next one, the
//                              vice, a turn later, should the successor not have done it by then
//   an output, a live input    nothing: it is the node's own
//
// The evidence is local: no message of any replica that computes the task, on any network, for the silence limit of
// the witness's own running time (proto/replica), so one that was itself stalled condemns nobody. It may be false. Then
// two compute the task: from the same log, so the same packets, which costs CPU and nothing else; a witness that cannot
// know the log to its end flags what it makes.

namespace continuo::agent::core {

/// How much later each witness takes its turn: the word of one that has resumed is with the others long before.
inline constexpr Nanoseconds kTurn = 200'000'000;

/// 0: it is the successor; 1: the vice, and so on. None if the plan has no such witness.
std::optional<int> TurnOf(const plan::Task& task, Incarnation witness);

/// When one witness takes its task up. `now`: any clock that goes forward, nanoseconds.
class Takeover {
 public:
  void SetTurn(int turn) { turn_ = turn; }
  /// The audio thread finds that nobody computes the task. Any number of times.
  void Want(Nanoseconds now) {
    if (!since_) since_ = now;
  }
  /// Its turn has come.
  bool IsDue(Nanoseconds now) const { return since_ && now - *since_ >= turn_ * kTurn; }
  /// Somebody computes the task, or it was not possible: what was found counts no longer.
  void Forget() { since_.reset(); }

 private:
  int turn_ = 0;
  std::optional<Nanoseconds> since_;
};

}  // namespace continuo::agent::core
