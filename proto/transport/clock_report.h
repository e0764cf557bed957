// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "proto/clock/servo.h"
#include "proto/wire/ptp_management.h"

namespace continuo::transport {

/// How the clock of a program stands.
struct ClockReport {
  clock::LockState state = clock::LockState::kFree;
  wire::PtpPortState port = wire::PtpPortState::kNone;
  clock::ClockIdentity grandmaster = 0;  ///< that ptp4l follows
  bool allowed = true;
  Nanoseconds offset = 0;      ///< as ptp4l measures it
  Nanoseconds path_delay = 0;  ///< one way
  std::int64_t drift_ppb = 0;  ///< by how much the oscillator is too slow
  Nanoseconds error = 0;       ///< estimate of how far stage time is off
  Nanoseconds held = 0;        ///< how long it has held over; 0: it does not
  std::uint32_t map_version = 0;
};

/// What an operator should know now that the clock stands so and stood so before. A sentence; empty: nothing.
std::string NewsOf(const ClockReport& before, const ClockReport& now);

/// "001122.fffe.334455" or the same without dots, as ptp4l and others write them. False if it is none.
bool ParseClockIdentity(std::string_view text, clock::ClockIdentity& identity);
std::string ToString(clock::ClockIdentity identity);

}  // namespace continuo::transport
