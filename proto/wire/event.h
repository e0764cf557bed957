// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>

#include "dsp/base/units.h"

namespace continuo {

/// Unique for ever: (term of the coordinator that issued it) << 32 | its number in that term. Terms stay below 2^31;
/// ids with the highest bit set belong to the replicas themselves (kJoin).
using EventId = std::uint64_t;

/// One life of a replica. Numbers are handed out by the coordinator per task and never used twice;
/// smaller is older.
using Incarnation = std::uint32_t;

/// What a dated command does. Values are wire format.
enum class Command : std::uint8_t {
  kParam = 1,  ///< target: parameter index; value: float bits
  kPlay = 16,  ///< conductor only, as all below
  kStop = 17,
  kLocate = 18,       ///< value: ticks
  kTempo = 19,        ///< value: thousandths of a beat per minute
  kMeter = 20,        ///< value: numerator << 8 | denominator
  kPlanVersion = 21,  ///< value: plan version in force from `at`
  kMute = 22,         ///< value: 1 panic (everything falls silent, all notes end), 0 sound again
  kScene = 23,        ///< value: number of the scene that is recalled, from 1
  /// Membership, agreed by the replicas among themselves: neither kernels nor conductor act on it. value: the
  /// incarnation that is a member from `at` on. No issuer may ask for it.
  kJoin = 32,
};

/// Is it one of the commands above? (It may have come off a wire.)
constexpr bool IsCommand(Command command) {
  switch (command) {
    case Command::kParam:
    case Command::kPlay:
    case Command::kStop:
    case Command::kLocate:
    case Command::kTempo:
    case Command::kMeter:
    case Command::kPlanVersion:
    case Command::kMute:
    case Command::kScene:
    case Command::kJoin:
      return true;
  }
  return false;
}

/// A dated command to one task. Their order is (at, id); nobody sequences them (DESIGN: events).
struct Event {
  MediaTime at = 0;
  EventId id = 0;
  Command command = Command::kParam;
  std::uint16_t target = 0;
  std::int64_t value = 0;

  static std::int64_t FromFloat(float v) { return std::bit_cast<std::uint32_t>(v); }
  float AsFloat() const { return std::bit_cast<float>(static_cast<std::uint32_t>(value)); }
  bool operator==(const Event&) const = default;
};

/// Total order of events.
inline bool Before(const Event& a, const Event& b) {
  return a.at != b.at ? a.at < b.at : a.id < b.id;
}

/// What became of an event.
enum class Verdict : std::uint8_t { kNone = 0, kCommitted = 1, kExpired = 2 };

}  // namespace continuo
