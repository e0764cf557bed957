// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <deque>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "proto/plan/link.h"

namespace continuo::coordinator {

/// What is wrong with a clock must be so for that long before anybody is told, and gone for that long before it is said
/// to be over: one that comes and goes is one alarm.
inline constexpr Nanoseconds kClockAlarmAfter = 1'000'000'000;
inline constexpr Nanoseconds kClockWellAfter = 5'000'000'000;

/// How the clocks of nodes have fared: offsets for people to look at, and when there is reason for an alarm. Each is
/// raised once and cleared once, whatever the clock does in between.
class ClockWatch {
 public:
  /// Seconds that are remembered of each clock.
  static constexpr std::size_t kSeconds = 30;
  /// In place of an offset: nobody was followed in that second.
  static constexpr Nanoseconds kNone = std::numeric_limits<Nanoseconds>::min();

  /// `name` says so of its clock; what is to be told now, the text naming it. `n` and the rest is for who tells.
  std::vector<plan::Incident> Take(const std::string& name, const plan::ClockStatus& status,
                                   Nanoseconds time);
  /// The worst of each second, oldest first.
  std::vector<Nanoseconds> OffsetsOf(const std::string& name) const;

 private:
  enum class Alarm : std::uint8_t { kSilent, kStranger, kHoldover };
  static constexpr std::size_t kAlarms = 3;
  struct Bell {
    bool rings = false;
    bool differs = false;   ///< from what was told
    Nanoseconds since = 0;  ///< when that began
  };
  struct Seen {
    std::array<Bell, kAlarms> bells;
    Nanoseconds last = 0;    ///< when it spoke last
    Nanoseconds second = 0;  ///< when the newest of `worst` began
    std::deque<Nanoseconds> worst;
  };

  static bool IsOn(Alarm alarm, const plan::ClockStatus& status);
  static bool Turn(Bell& bell, bool is_on, Nanoseconds time);
  static plan::Incident IncidentOf(Alarm alarm, bool rings, const std::string& name,
                                   const plan::ClockStatus& status);
  static void Remember(Seen& seen, const plan::ClockStatus& status, Nanoseconds time);

  std::map<std::string, Seen> seen_;
};

}  // namespace continuo::coordinator
