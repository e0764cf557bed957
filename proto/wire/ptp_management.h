// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <variant>

// Management messages of PTP (IEEE 1588-2019, clause 15), as ptp4l speaks them on its Unix socket: one GET or SET in
// one datagram, one answer in another. Big-endian. No heap; any thread.

namespace continuo::wire {

/// managementId (table 59); those from 0xC000 on are linuxptp's own.
enum class PtpId : std::uint16_t {
  kCurrentDataSet = 0x2001,
  kTimePropertiesDataSet = 0x2003,
  kPortDataSet = 0x2004,
  kTimeStatus = 0xC000,
  kSubscribeEvents = 0xC003,
};

/// portState (table 20).
enum class PtpPortState : std::uint8_t {
  kNone,
  kInitializing,
  kFaulty,
  kDisabled,
  kListening,
  kPreMaster,
  kMaster,
  kPassive,
  kUncalibrated,
  kSlave,
  kGrandMaster,  ///< linuxptp's own: the clock has no other port
};
const char* ToString(PtpPortState state);

/// CURRENT_DATA_SET.
struct PtpCurrent {
  std::uint16_t steps_removed = 0;
  std::int64_t offset_ns = 0;      ///< from the master
  std::int64_t path_delay_ns = 0;  ///< mean, one way
  bool operator==(const PtpCurrent&) const = default;
};

/// TIME_PROPERTIES_DATA_SET.
struct PtpTimeProperties {
  std::int16_t utc_offset_s = 0;  ///< by how much PTP time is ahead of UTC, if it is valid
  bool utc_offset_valid = false;
  bool leap61 = false, leap59 = false;
  bool ptp_timescale = false;  ///< false: the grandmaster's time has an epoch of its own
  bool operator==(const PtpTimeProperties&) const = default;
};

/// PORT_DATA_SET: what is of use here.
struct PtpPort {
  std::uint64_t clock = 0;  ///< identity
  std::uint16_t number = 0;
  PtpPortState state = PtpPortState::kNone;
  std::int64_t peer_delay_ns = 0;  ///< with the peer-to-peer mechanism
  bool operator==(const PtpPort&) const = default;
};

/// TIME_STATUS_NP.
struct PtpTimeStatus {
  std::int64_t offset_ns = 0;     ///< of this clock from its master
  std::int64_t ingress_time = 0;  ///< when the last Sync came, by this clock
  bool has_grandmaster = false;   ///< false: this clock is it, or would be
  std::uint64_t grandmaster = 0;  ///< identity
  bool operator==(const PtpTimeStatus&) const = default;
};

/// managementErrorId (table 109) of a MANAGEMENT_ERROR_STATUS.
struct PtpRefused {
  std::uint16_t error = 0;
  bool operator==(const PtpRefused&) const = default;
};

struct PtpAnswer {
  PtpId id = PtpId::kTimeStatus;
  std::uint16_t sequence = 0;  ///< of the question; of a notice that was subscribed to: its own
  /// std::monostate: granted, with nothing that is of use here.
  std::variant<std::monostate, PtpCurrent, PtpTimeProperties, PtpPort, PtpTimeStatus, PtpRefused>
      content;
};

/// To whom a question goes: domainNumber, and majorSdoId (1 for 802.1AS; ptp4l is silent if it is another).
struct PtpDomain {
  std::uint8_t number = 0;
  std::uint8_t sdo = 0;
  bool operator==(const PtpDomain&) const = default;
};

inline constexpr std::size_t kPtpQuestionBytes = 128;

/// GET. Bytes written, or 0 if there is no room.
std::size_t EncodePtpGet(PtpId id, std::uint16_t sequence, const PtpDomain& domain,
                         std::span<std::uint8_t> out);
/// SET of SUBSCRIBE_EVENTS_NP: for `seconds` from now a PORT_DATA_SET is sent here whenever a port changes its state.
std::size_t EncodePtpSubscribe(std::uint16_t seconds, std::uint16_t sequence,
                               const PtpDomain& domain, std::span<std::uint8_t> out);
/// False, and `answer` unspecified, if it is no answer, of an unknown id, or too short for what it says to be.
bool ParsePtpAnswer(std::span<const std::uint8_t> datagram, PtpAnswer& answer);

}  // namespace continuo::wire
