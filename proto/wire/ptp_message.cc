// SPDX-License-Identifier: Apache-2.0
#include "proto/wire/ptp_message.h"

#include "dsp/base/bytes.h"

// Header (13.3.1): {sdo << 4 | type, minor << 4 | version u8, length u16, domain u8, minor sdo u8, flags u16,
// correction i64, reserved u32, source {u64, u16}, sequence u16, control u8, interval i8}, 34 bytes; then {seconds u48,
// nanoseconds u32}; then, of a Delay_Resp, requester {u64, u16}; of an Announce {utc offset i16, reserved u8, priority1
// u8, class u8, accuracy u8, variance u16, priority2 u8, grandmaster u64, steps u16, source u8}.

namespace continuo::wire {
namespace {

constexpr std::uint8_t kMessageVersion = 2;
constexpr std::size_t kHeaderBytes = 34;
constexpr std::uint16_t kTwoStep = 0x0200;
constexpr std::uint32_t kSecondNs = 1'000'000'000;
constexpr std::uint64_t kLastSecond = 9'200'000'000;
constexpr std::int64_t kMostCorrection = std::int64_t{kSecondNs} << 16;

/// 0: none of ours.
std::size_t BytesOf(PtpType type) {
  switch (type) {
    case PtpType::kSync:
    case PtpType::kDelayReq:
    case PtpType::kFollowUp:
      return 44;
    case PtpType::kDelayResp:
      return 54;
    case PtpType::kAnnounce:
      return 64;
  }
  return 0;
}

PtpSource ReadSource(ByteReader& in) {
  PtpSource source;
  source.clock = in.Be<std::uint64_t>();
  source.port = in.Be<std::uint16_t>();
  return source;
}

void WriteSource(const PtpSource& source, ByteWriter& out) {
  out.Be(source.clock);
  out.Be(source.port);
}

void ReadAnnounce(ByteReader& in, PtpAnnounce& announce) {
  in.Be<std::uint16_t>();  // currentUtcOffset: PTP time is all that is of use here
  in.Be<std::uint8_t>();
  announce.priority1 = in.Be<std::uint8_t>();
  announce.clock_class = in.Be<std::uint8_t>();
  announce.accuracy = in.Be<std::uint8_t>();
  announce.variance = in.Be<std::uint16_t>();
  announce.priority2 = in.Be<std::uint8_t>();
  announce.grandmaster = in.Be<std::uint64_t>();
  announce.steps_removed = in.Be<std::uint16_t>();
}

void WriteAnnounce(const PtpAnnounce& announce, ByteWriter& out) {
  out.Be(std::uint16_t{0});
  out.Be(std::uint8_t{0});
  out.Be(announce.priority1);
  out.Be(announce.clock_class);
  out.Be(announce.accuracy);
  out.Be(announce.variance);
  out.Be(announce.priority2);
  out.Be(announce.grandmaster);
  out.Be(announce.steps_removed);
  out.Be(std::uint8_t{0xA0});  // timeSource: an oscillator
}

/// What an earlier edition read in place of the type (table 42).
std::uint8_t ControlOf(PtpType type) {
  switch (type) {
    case PtpType::kSync:
      return 0;
    case PtpType::kDelayReq:
      return 1;
    case PtpType::kFollowUp:
      return 2;
    case PtpType::kDelayResp:
      return 3;
    case PtpType::kAnnounce:
      break;
  }
  return 5;
}

}  // namespace

const char* ToString(PtpError error) {
  switch (error) {
    case PtpError::kNone:
      return "whole";
    case PtpError::kTooShort:
      return "too short";
    case PtpError::kVersion:
      return "of another version than 2";
    case PtpError::kLength:
      return "of a wrong length";
    case PtpError::kTime:
      return "of an impossible time";
    case PtpError::kOtherType:
      return "of another type";
    case PtpError::kCorrection:
      return "corrected by more than a second";
  }
  return "";
}

PtpError ParsePtpMessage(std::span<const std::uint8_t> datagram, PtpMessage& message) {
  if (datagram.size() < kHeaderBytes) return PtpError::kTooShort;
  ByteReader in(datagram);
  const auto first = in.Be<std::uint8_t>();
  const auto version = in.Be<std::uint8_t>();
  const std::size_t length = in.Be<std::uint16_t>();
  if ((version & 0xF) != kMessageVersion) return PtpError::kVersion;
  message.type = static_cast<PtpType>(first & 0xF);
  const std::size_t bytes = BytesOf(message.type);
  if (bytes == 0) return PtpError::kOtherType;
  if (datagram.size() < bytes) return PtpError::kTooShort;
  if (length < bytes || length > datagram.size()) return PtpError::kLength;
  message.sdo = first >> 4;
  message.domain = in.Be<std::uint8_t>();
  in.Be<std::uint8_t>();
  message.two_step = (in.Be<std::uint16_t>() & kTwoStep) != 0;
  message.correction = in.Be<std::int64_t>();
  in.Be<std::uint32_t>();
  message.source = ReadSource(in);
  message.sequence = in.Be<std::uint16_t>();
  in.Be<std::uint8_t>();
  message.interval = in.Be<std::int8_t>();
  const std::uint64_t high = in.Be<std::uint16_t>();
  const std::uint64_t seconds = high << 32 | in.Be<std::uint32_t>();
  const auto nanoseconds = in.Be<std::uint32_t>();
  if (nanoseconds >= kSecondNs || seconds > kLastSecond) return PtpError::kTime;
  message.time = static_cast<Nanoseconds>(seconds * kSecondNs + nanoseconds);
  if (message.correction > kMostCorrection || message.correction < -kMostCorrection) {
    return PtpError::kCorrection;
  }
  message.requester = {};
  message.announce = {};
  if (message.type == PtpType::kDelayResp) message.requester = ReadSource(in);
  if (message.type == PtpType::kAnnounce) ReadAnnounce(in, message.announce);
  return PtpError::kNone;
}

std::size_t EncodePtpMessage(const PtpMessage& message, std::span<std::uint8_t> bytes) {
  ByteWriter out(bytes);
  out.Be(static_cast<std::uint8_t>(message.sdo << 4 | static_cast<std::uint8_t>(message.type)));
  out.Be(kMessageVersion);
  out.Be(static_cast<std::uint16_t>(BytesOf(message.type)));
  out.Be(message.domain);
  out.Be(std::uint8_t{0});
  out.Be(message.two_step ? kTwoStep : std::uint16_t{0});
  out.Be(message.correction);
  out.Be(std::uint32_t{0});
  WriteSource(message.source, out);
  out.Be(message.sequence);
  out.Be(ControlOf(message.type));
  out.Be(message.interval);
  const auto time = static_cast<std::uint64_t>(message.time);
  out.Be(static_cast<std::uint16_t>(time / kSecondNs >> 32));
  out.Be(static_cast<std::uint32_t>(time / kSecondNs));
  out.Be(static_cast<std::uint32_t>(time % kSecondNs));
  if (message.type == PtpType::kDelayResp) WriteSource(message.requester, out);
  if (message.type == PtpType::kAnnounce) WriteAnnounce(message.announce, out);
  return out.ok() ? out.size() : 0;
}

}  // namespace continuo::wire
