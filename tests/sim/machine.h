// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sim/node_clock.h"
#include "sim/process.h"

namespace continuo::sim {

/// One machine of the stage: its clock and what its disk keeps; a process may run on it.
struct Machine {
  Machine(int id, const Calendar& calendar, Nanoseconds offset, std::int64_t ppb)
      : number(id), clock(calendar, offset, ppb) {}
  const int number;
  std::string name;
  bool can_compute = true, can_output = false;
  bool is_board =
      false;  ///< a board, of which its bridge is a part here; it computes what the show keeps on it
  NodeClock clock;
  std::string lives;  ///< the file in which agent/shell keeps what has lived here
  std::unique_ptr<Process> process;
  std::uint64_t life = 0;        ///< of the process; grows with every one
  Nanoseconds asleep_until = 0;  ///< the process stands still until then
  bool awake_again = true;       ///< its audio thread has run since it last woke
  Nanoseconds back_at = kNever;  ///< a new process begins then
  std::vector<std::pair<Nanoseconds, Nanoseconds>>
      silences;  ///< when it stood still or was not there
  std::uint32_t behind =
      0;  ///< the newest plan when it woke, which it does not play by yet; 0: it does
};

}  // namespace continuo::sim
