// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "dsp/base/units.h"

// What an ordinary clock and its master say to each other (IEEE 1588-2019, clause 13): of the end-to-end mechanism.
// Version 2 of either edition. Big-endian. No heap; any thread.

namespace continuo::wire {

/// messageType (table 36).
enum class PtpType : std::uint8_t {
  kSync = 0,
  kDelayReq = 1,
  kFollowUp = 8,
  kDelayResp = 9,
  kAnnounce = 11,
};

/// PortIdentity: a port of a clock.
struct PtpSource {
  std::uint64_t clock = 0;  ///< identity, first octet highest
  std::uint16_t port = 0;
  bool operator==(const PtpSource&) const = default;
};

/// What an Announce says of the grandmaster, and how far it is.
struct PtpAnnounce {
  std::uint8_t priority1 = 0, clock_class = 0, accuracy = 0;
  std::uint16_t variance = 0;
  std::uint8_t priority2 = 0;
  std::uint64_t grandmaster = 0;  ///< identity
  std::uint16_t steps_removed = 0;
  bool operator==(const PtpAnnounce&) const = default;
};

struct PtpMessage {
  PtpType type = PtpType::kSync;
  std::uint8_t sdo = 0;         ///< majorSdoId: 1 for 802.1AS
  std::uint8_t domain = 0;      ///< domainNumber
  bool two_step = false;        ///< a Follow_Up says when this Sync left
  std::int64_t correction = 0;  ///< correctionField: 2^-16 ns
  PtpSource source{};
  std::uint16_t sequence = 0;
  std::int8_t interval = 0x7F;  ///< logMessageInterval: 2^n s; 0x7F: not said
  Nanoseconds time = 0;    ///< origin, precise origin or receive timestamp: nanoseconds of PTP time
  PtpSource requester{};   ///< of a DelayResp: who is answered
  PtpAnnounce announce{};  ///< of an Announce
  bool operator==(const PtpMessage&) const = default;
};

enum class PtpError : std::uint8_t {
  kNone,
  kTooShort,    ///< for its type
  kVersion,     ///< versionPTP is not 2
  kLength,      ///< messageLength is more than came, or less than the type has
  kTime,        ///< 10^9 nanoseconds or more, or a second after the year 2262
  kOtherType,   ///< none of the five
  kCorrection,  ///< more than a second either way, or too large to be said
};
inline constexpr std::size_t kPtpErrors = 7;
const char* ToString(PtpError error);

inline constexpr std::size_t kPtpMessageBytes = 64;  ///< of the longest that is written
inline constexpr std::size_t kPtpDelayReqBytes = 44;

/// Bytes behind what the type has (TLVs) are passed over. `message` is unspecified unless kNone.
PtpError ParsePtpMessage(std::span<const std::uint8_t> datagram, PtpMessage& message);
/// Bytes written, or 0 if there is no room.
std::size_t EncodePtpMessage(const PtpMessage& message, std::span<std::uint8_t> out);

}  // namespace continuo::wire
