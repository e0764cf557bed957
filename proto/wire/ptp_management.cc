// SPDX-License-Identifier: Apache-2.0
#include "proto/wire/ptp_management.h"

#include "dsp/base/bytes.h"

// Header (13.3.1): {sdo << 4 | 0xD, version u8, length u16, domain u8, 3 x reserved u8..., correction u64, reserved
// u32, sourcePortIdentity {u64, u16}, sequence u16, control u8, interval i8}, 34 bytes; management (15.4.1): {target
// {u64, u16}, startingBoundaryHops u8, boundaryHops u8, action u8, reserved u8}, 14 bytes; TLV: {type u16, length u16,
// id u16}.

namespace continuo::wire {
namespace {

constexpr std::uint8_t kMessage = 0xD, kPtpVersion = 2, kControl = 4, kNoInterval = 0x7F;
constexpr std::uint8_t kGet = 0, kSet = 1, kResponse = 2;
constexpr std::uint16_t kTlvManagement = 1, kTlvError = 2;
constexpr std::size_t kHeadBytes = 34 + 14, kTlvBytes = 6, kEventMaskBytes = 64;
constexpr std::uint64_t kAnyClock = ~std::uint64_t{0};
constexpr std::uint16_t kAnyPort = 0xFFFF;
constexpr std::uint8_t kEventPortState = 1;

void WriteHead(std::uint8_t action, PtpId id, std::size_t content, std::uint16_t sequence,
               const PtpDomain& domain, ByteWriter& out) {
  out.Be(static_cast<std::uint8_t>(domain.sdo << 4 | kMessage));
  out.Be(kPtpVersion);
  out.Be(static_cast<std::uint16_t>(kHeadBytes + kTlvBytes + content));
  out.Be(domain.number);
  out.Be(std::uint8_t{0});
  out.Be(std::uint16_t{0});  // flags
  out.Be(std::uint64_t{0});  // correction
  out.Be(std::uint32_t{0});
  out.Be(std::uint64_t{0});  // source: no clock
  out.Be(std::uint16_t{1});
  out.Be(sequence);
  out.Be(kControl);
  out.Be(kNoInterval);
  out.Be(kAnyClock);
  out.Be(kAnyPort);
  out.Be(std::uint16_t{0});  // not further than this clock
  out.Be(action);
  out.Be(std::uint8_t{0});
  out.Be(kTlvManagement);
  out.Be(static_cast<std::uint16_t>(2 + content));
  out.Be(static_cast<std::uint16_t>(id));
}

/// TimeInterval: 2^-16 ns.
std::int64_t ReadInterval(ByteReader& in) {
  return in.Be<std::int64_t>() / 65'536;
}

PtpCurrent ReadCurrent(ByteReader& in) {
  PtpCurrent current;
  current.steps_removed = in.Be<std::uint16_t>();
  current.offset_ns = ReadInterval(in);
  current.path_delay_ns = ReadInterval(in);
  return current;
}

PtpTimeProperties ReadTimeProperties(ByteReader& in) {
  PtpTimeProperties properties;
  properties.utc_offset_s = in.Be<std::int16_t>();
  const auto flags = in.Be<std::uint8_t>();
  properties.leap61 = (flags & 1) != 0;
  properties.leap59 = (flags & 2) != 0;
  properties.utc_offset_valid = (flags & 4) != 0;
  properties.ptp_timescale = (flags & 8) != 0;
  in.Be<std::uint8_t>();  // timeSource
  return properties;
}

bool ReadPort(ByteReader& in, PtpPort& port) {
  port.clock = in.Be<std::uint64_t>();
  port.number = in.Be<std::uint16_t>();
  const auto state = in.Be<std::uint8_t>();
  in.Be<std::uint8_t>();  // logMinDelayReqInterval
  port.peer_delay_ns = ReadInterval(in);
  if (state > static_cast<std::uint8_t>(PtpPortState::kGrandMaster)) return false;
  port.state = static_cast<PtpPortState>(state);
  return true;
}

PtpTimeStatus ReadTimeStatus(ByteReader& in) {
  PtpTimeStatus status;
  status.offset_ns = in.Be<std::int64_t>();
  status.ingress_time = in.Be<std::int64_t>();
  in.View(22);  // rate offset, phase change, time base, a second form of the phase change
  status.has_grandmaster = in.Be<std::uint32_t>() != 0;
  status.grandmaster = in.Be<std::uint64_t>();
  return status;
}

bool ReadContent(ByteReader& in, PtpAnswer& answer) {
  switch (answer.id) {
    case PtpId::kCurrentDataSet:
      answer.content = ReadCurrent(in);
      return true;
    case PtpId::kTimePropertiesDataSet:
      answer.content = ReadTimeProperties(in);
      return true;
    case PtpId::kPortDataSet:
      return ReadPort(in, answer.content.emplace<PtpPort>());
    case PtpId::kTimeStatus:
      answer.content = ReadTimeStatus(in);
      return true;
    case PtpId::kSubscribeEvents:
      answer.content = std::monostate{};
      return true;
  }
  return false;
}

}  // namespace

const char* ToString(PtpPortState state) {
  constexpr const char* kNames[] = {"none",         "initializing", "faulty",     "disabled",
                                    "listening",    "pre-master",   "master",     "passive",
                                    "uncalibrated", "slave",        "grandmaster"};
  return kNames[static_cast<std::size_t>(state)];
}

std::size_t EncodePtpGet(PtpId id, std::uint16_t sequence, const PtpDomain& domain,
                         std::span<std::uint8_t> out) {
  ByteWriter writer(out);
  WriteHead(kGet, id, 0, sequence, domain, writer);
  return writer.ok() ? writer.size() : 0;
}

std::size_t EncodePtpSubscribe(std::uint16_t seconds, std::uint16_t sequence,
                               const PtpDomain& domain, std::span<std::uint8_t> out) {
  ByteWriter writer(out);
  WriteHead(kSet, PtpId::kSubscribeEvents, 2 + kEventMaskBytes, sequence, domain, writer);
  writer.Be(seconds);
  writer.Be(kEventPortState);
  for (std::size_t i = 1; i < kEventMaskBytes; ++i) writer.Be(std::uint8_t{0});
  return writer.ok() ? writer.size() : 0;
}

bool ParsePtpAnswer(std::span<const std::uint8_t> datagram, PtpAnswer& answer) {
  ByteReader in(datagram);
  const auto type = in.Be<std::uint8_t>();
  const auto version = in.Be<std::uint8_t>();
  const auto length = in.Be<std::uint16_t>();
  in.View(26);
  answer.sequence = in.Be<std::uint16_t>();
  in.View(14);
  const auto action = in.Be<std::uint8_t>();
  in.View(1);
  const auto tlv = in.Be<std::uint16_t>();
  const auto tlv_length = in.Be<std::uint16_t>();
  if (!in.ok() || (type & 0xF) != kMessage || (version & 0xF) != kPtpVersion) return false;
  if (length > datagram.size() || tlv_length < 2 || tlv_length > in.left()) return false;
  if ((action & 0xF) != kResponse) return false;
  if (tlv == kTlvError) {
    answer.content = PtpRefused{in.Be<std::uint16_t>()};
    answer.id = static_cast<PtpId>(in.Be<std::uint16_t>());
    return in.ok();
  }
  ByteReader content(in.View(tlv_length));
  answer.id = static_cast<PtpId>(content.Be<std::uint16_t>());
  return tlv == kTlvManagement && ReadContent(content, answer) && content.ok();
}

}  // namespace continuo::wire
