// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string_view>
#include <vector>

#include "coordinator/core/blackout_watch.h"
#include "coordinator/core/clock_watch.h"
#include "coordinator/core/effect.h"
#include "coordinator/core/evidence.h"
#include "coordinator/core/failure_detector.h"
#include "coordinator/core/hearing.h"
#include "coordinator/core/input.h"
#include "coordinator/core/ledger.h"
#include "coordinator/core/load_watch.h"
#include "coordinator/core/margin_watch.h"
#include "coordinator/core/parts_watch.h"
#include "coordinator/core/view.h"
#include "coordinator/core/waiting.h"
#include "proto/plan/link.h"

// What is seen from moment to moment and forgotten with the process; see coordinator.h.

namespace continuo::coordinator {

inline constexpr std::size_t kIncidentsKept = 256;
/// What the coordinator calls itself where it speaks of clocks. No node has a name with a blank.
inline constexpr std::string_view kOwnClock = "the coordinator";

struct Watch {
  struct Report {
    plan::Status status;
    Nanoseconds time = 0;
  };

  FailureDetector detector;
  Evidence evidence;
  Hearing hearing;
  LoadWatch load;
  Waiting waiting;
  BlackoutWatch blackout;
  PartsWatch parts;
  ClockWatch clocks;
  MarginWatch margins;
  plan::ClockStatus clock;                 ///< of the coordinator itself
  std::map<plan::NodeId, Report> reports;  ///< the last Status of each node
  struct Resend {
    Nanoseconds due = 0, pause = 0;
  };
  std::map<EventId, Resend> resends;  ///< of open events
  std::size_t settled = 0;            ///< events of the ledger before this one are not open
  std::deque<IncidentView> incidents;
  Nanoseconds term_began = 0;
  /// Nothing that whole tasks (redundancy.h), those that leave (evidence.h) or those that are new (hearing.h) depend on
  /// has changed since they were looked at: they are as they were.
  bool gaps_known = false, leaving_known = false;
  std::vector<Incarnation> leaving;  ///< of the ledger's records: retired, or asked to leave
  std::vector<Incarnation>
      unheard;  ///< likewise: not all who are to hear them are known to know of them
  std::vector<RedundancyGap> gaps;
  std::uint32_t performance = 0;  ///< FirstVersion of the plan that all this is about
};

/// Takes note of any input, after the ledger has.
Effects Observe(Watch& watch, const Ledger& ledger, const Input& input);

}  // namespace continuo::coordinator
