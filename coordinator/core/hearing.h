// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "coordinator/core/effect.h"
#include "coordinator/core/ledger.h"

namespace continuo::coordinator {

struct Watch;

/// Whoever plays but does not say for so long that it knows of a newcomer holds up no change any more.
inline constexpr Nanoseconds kHearingPatience = 5'000'000'000;

/// Which of those who are to hear a newcomer know of it: they say in their status which plan they play.
struct Hearing {
  struct Newcomer {
    std::uint32_t version = 0;            ///< a plan that names it
    std::vector<plan::NodeId> receivers;  ///< of its task, when that was asked for first
    Nanoseconds since = 0;
  };
  std::map<Incarnation, Newcomer> newcomers;
};

/// Do all who hear the task know of that replica of it? Whoever is doubted or dead hears nothing now, and learns of it
/// when it comes back.
bool HeardByAll(Watch& watch, const Ledger& ledger, dsp::TaskId task, Incarnation incarnation,
                Nanoseconds time);
/// On every tick: which newcomers have become known to all.
void ConcludeHeard(Watch& watch, const Ledger& ledger, Nanoseconds time, Effects& effects);

}  // namespace continuo::coordinator
