// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <vector>

#include "coordinator/core/effect.h"
#include "coordinator/core/ledger.h"
#include "proto/plan/link.h"

namespace continuo::coordinator {

/// Measured costs that differ from what is known for so long are believed.
inline constexpr Nanoseconds kLoadPatience = 2'000'000'000;
/// What an overfull node takes is told again so often, for there may be room elsewhere by then.
inline constexpr Nanoseconds kLoadReminder = 10'000'000'000;
/// Differences below this share of a node's budget are noise, in percent of it.
inline constexpr int kLoadNoise = 10;

/// What nodes measure while they play, beside what the ledger believes that it costs. What differs for long enough is
/// raised as an input, so that every placement after that reckons with it, and a node is relieved before it misses a
/// deadline. Of all that was measured meanwhile the least is believed: a moment in which a machine had something else
/// to do moves nothing.
class LoadWatch {
 public:
  void Weigh(const Ledger& ledger, plan::NodeId node, const plan::Status& status, Nanoseconds time,
             Effects& effects);

 private:
  struct Seen {
    Nanoseconds since = 0;            ///< when it began to differ
    std::vector<MeasuredCost> least;  ///< since then; empty: it does not differ
    Nanoseconds raised = 0;           ///< when it was raised last; 0: never
  };
  std::map<plan::NodeId, Seen> seen_;
};

}  // namespace continuo::coordinator
