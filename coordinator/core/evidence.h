// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <utility>

#include "coordinator/core/effect.h"
#include "coordinator/core/ledger.h"
#include "proto/plan/link.h"

// From what agents say to what the ledger must know: which replicas are in another state than it has them in, whose
// output is not that of their fellows, and whose silence is reason enough to replace them. What is concluded is raised
// as an input; it is raised again as long as the ledger has not taken it.

namespace continuo::coordinator {

struct Watch;

/// Packets of one sender that differ from those of its fellows within a second. One alone was a flipped bit on the way.
inline constexpr int kDivergencesToBelieve = 3;
/// A fellow that was excluded so long ago says nothing about now.
inline constexpr Nanoseconds kExclusionForgotten = 2'000'000'000;

struct Evidence {
  struct Divergence {
    Nanoseconds time = 0;
    dsp::TaskId task = 0;
    MediaTime n = 0;
    plan::NodeId kept = 0, differing = 0;
  };
  enum class What : std::uint8_t { kDoubt, kTrust, kDeath, kLinger, kLeave, kOverdue };

  std::map<dsp::TaskId, Nanoseconds>
      excluded;  ///< when somebody last said that a fellow of it is gone
  std::map<Incarnation, ReplicaChanged>
      admitted;                             ///< they count from a sample that is still to come
  std::map<Incarnation, MediaTime> fenced;  ///< since when each report said so
  std::map<Incarnation, std::set<plan::NodeId>>
      mismatched;                      ///< joiners, and whose state is not theirs
  std::deque<Divergence> divergences;  ///< of the last second
  std::map<std::pair<What, std::uint64_t>, Nanoseconds> raised;  ///< when last
};

void WeighIncident(Watch& watch, const Ledger& ledger, const NodeRecord& node,
                   const plan::Incident& incident, Nanoseconds time, Effects& effects);
void WeighStatus(Watch& watch, const Ledger& ledger, const NodeRecord& node,
                 const plan::Status& status, Nanoseconds time, Effects& effects);
/// On every tick.
void Conclude(Watch& watch, const Ledger& ledger, Nanoseconds time, Effects& effects);

}  // namespace continuo::coordinator
