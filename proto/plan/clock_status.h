// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "proto/clock/lock_state.h"
#include "proto/clock/media_map.h"
#include "proto/wire/ptp_management.h"

namespace continuo::plan {

/// How the clock of a program stands, as it sees it itself.
struct ClockStatus {
  bool follows = false;  ///< PTP; else it is the machine's own clock, and nothing else here is said
  clock::LockState state = clock::LockState::kFree;
  wire::PtpPortState port = wire::PtpPortState::kNone;  ///< of ptp4l; kNone: it does not answer
  clock::ClockIdentity grandmaster = 0;                 ///< that ptp4l follows
  bool allowed = true;                                  ///< it is one of those that may be followed
  Nanoseconds offset = 0;      ///< from the master, as ptp4l measures it; 0 of a master itself
  Nanoseconds path_delay = 0;  ///< one way
  std::int64_t drift_ppb = 0;  ///< by how much the oscillator is too slow
  Nanoseconds error = 0;       ///< estimate of how far stage time is off
  Nanoseconds held = 0;        ///< how long it has held over; 0: it does not
  std::uint32_t map_version = 0;
  std::string
      daemon;  ///< what is wrong with the ptp4l that the program runs itself; a sentence, or empty
  bool operator==(const ClockStatus&) const = default;
};

/// "free", "acquiring", "locked", "holdover".
const char* ToString(clock::LockState state);

/// Why a clock that holds over does: half a sentence.
std::string WhyHeld(const ClockStatus& now);
/// What an operator should know now that the clock stands so and stood so before. A sentence; empty: nothing.
std::string NewsOf(const ClockStatus& before, const ClockStatus& now);

/// "001122.fffe.334455" or the same without dots, as ptp4l and others write them. False if it is none.
bool ParseClockIdentity(std::string_view text, clock::ClockIdentity& identity);
std::string IdentityText(clock::ClockIdentity identity);

}  // namespace continuo::plan
