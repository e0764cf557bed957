// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <vector>

#include "proto/mcu/frame.h"
#include "proto/mcu/slice.h"
#include "proto/plan/link.h"

namespace continuo::mcu {

/// What is told at once of a board's parts, and does not wait for a status: that one has joined, has left, or could not
/// join, and why. Each once; of what came about before somebody looked, only a failure.
class PartNews {
 public:
  /// Of what is played, by the board's last word, `now` (0: not known).
  std::vector<plan::Incident> Take(const std::vector<Slice>& played, const Report& report,
                                   MediaTime now);

 private:
  struct Told {
    bool joined = false, left = false, failed = false;
  };
  std::map<Incarnation, Told> told_;  // of what is played
};

}  // namespace continuo::mcu
