// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <memory>
#include <string>

#include "proto/mcu/frame.h"
#include "proto/plan/clock_status.h"
#include "proto/plan/plan.h"
#include "proto/transport/ptp_follower.h"

namespace continuo::mcu {

/// What a board that follows PTP itself is told of its stage's clock.
class ClockTeller {
 public:
  /// `media`: of the plan that is played; version 0: none, or media time is not by PTP. Its number follows from what it
  /// says, so that of two bridges, and of two lives of one, none says the same under another.
  const ClockTold& Told(const transport::PtpWish& wish, const clock::MediaMap& map,
                        const plan::MediaTimeMap& media);

 private:
  ClockTold told_;
};

/// How a node's clock stands that is a board: as the board itself says where its own PTP leads; else it plays by its
/// bridge's, and what is lost on the way between them, `way`, adds to the error.
plan::ClockStatus ClockStatusOf(const ClockReport& board, const plan::ClockStatus& bridge,
                                Nanoseconds way);

/// What was refused, for people, and behind it what of PTP was malformed. Empty: nothing.
std::string WithPassedOver(std::string refused, const ClockReport& board);

/// A file with how the board's clock stands, a line of JSON a report.
class BoardClockLog {
 public:
  /// Empty `file`: nothing is written. `node`: what the board is called. A sentence if it cannot be.
  std::string Open(const std::string& file, const std::string& node);
  /// `round_trip`: between question and answer.
  void Write(const Report& report, Nanoseconds round_trip);

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::unique_ptr<std::FILE, Close> file_;
  std::string node_;
};

}  // namespace continuo::mcu
