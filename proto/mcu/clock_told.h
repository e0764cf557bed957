// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "dsp/base/fixed.h"
#include "proto/clock/line.h"
#include "proto/clock/lock_state.h"
#include "proto/clock/media_map.h"
#include "proto/wire/ptp_management.h"

// What bridge and board say to each other of the clock, where a board follows PTP itself.

namespace continuo::mcu {

/// What a board must know of its stage's clock. Said again until a ClockReport has its number.
struct ClockTold {
  std::uint32_t number = 0;  ///< another one with every change; never 0
  std::uint8_t domain = 0, sdo = 0;
  FixedVector<clock::ClockIdentity, 4> allowed{};  ///< grandmasters; empty: any
  std::uint32_t media = 0;  ///< version of the plan's media time; 0: there is none yet
  Nanoseconds t0 = 0;       ///< stage time at which sample `n0` begins
  MediaTime n0 = 0;
  clock::MediaMap map{};
};

/// Messages that were of no use, by what was wrong with them.
enum class ClockCount : std::uint8_t {
  kLength,     ///< too short, or of a wrong length
  kVersion,    ///< of another version
  kTime,       ///< of an impossible time or correction
  kOtherType,  ///< of a type that no slave needs: peer delay, management
  kDomain,     ///< of another domain
  kForeign,    ///< of a clock that is not followed
  kRepeated,   ///< a Sync that had come before
  kUnmatched,  ///< a Follow_Up without its Sync, an answer to no question
  kOdd,        ///< a path that cannot be
};
inline constexpr std::size_t kClockCounts = 9;
using ClockCounts = std::array<std::uint32_t, kClockCounts>;
const char* ToString(ClockCount count);

/// How the board's own PTP stands.
struct ClockReport {
  bool has = false;        ///< it has PTP at all; else nothing else is said
  bool leads = false;      ///< media time is by it, and not by what the bridge says
  std::uint32_t told = 0;  ///< number of the ClockTold that is known; 0: none
  clock::LockState state = clock::LockState::kFree;
  wire::PtpPortState port = wire::PtpPortState::kNone;
  bool allowed = true;
  clock::ClockIdentity grandmaster = 0;
  Nanoseconds offset = 0, path_delay = 0, error = 0, held = 0;
  std::int64_t drift_ppb = 0;
  std::uint32_t map_version = 0;
  clock::Line line{};  ///< stage time over the board's clock
  ClockCounts counts{};
};

/// A whole frame; its bytes, or 0 if it does not fit.
std::size_t EncodeClockTold(const ClockTold& told, std::span<std::uint8_t> out);
/// False, and the value unspecified, if the payload is no such thing.
bool ParseClockTold(std::span<const std::uint8_t> payload, ClockTold& told);

}  // namespace continuo::mcu
