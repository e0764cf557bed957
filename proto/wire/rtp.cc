// SPDX-License-Identifier: Apache-2.0
#include "proto/wire/rtp.h"

#include <cstring>

#include "dsp/base/bytes.h"

namespace continuo::wire {
namespace {

constexpr std::uint8_t kVersion = 2 << 6;
constexpr std::uint8_t kPaddingBit = 1 << 5;
constexpr std::uint8_t kExtensionBit = 1 << 4;
constexpr std::uint8_t kCsrcCountMask = 0x0f;
constexpr std::uint16_t kOneByteForm = 0xBEDE;  // RFC 8285, section 4.2
constexpr std::uint16_t kExtensionWords = 5;
constexpr std::uint8_t kElementHead = 1 << 4 | (16 - 1);  // id 1, 16 bytes
constexpr std::uint8_t kPacketFlags = kFlagTainted | kFlagJoiner | kFlagConcealed | kFlagRepair;
constexpr std::size_t kFlagsOffset = 12 + 4 + 1 + 8;

bool IsPayloadType(std::uint8_t type) {
  return type == kPayloadTypeFloat || type == kPayloadTypeControl;
}

void WriteHead(const RtpPacket& packet, std::span<std::uint8_t> out) {
  ByteWriter writer(out);
  writer.Be<std::uint8_t>(kVersion | kExtensionBit);
  writer.Be(packet.payload_type);
  writer.Be(packet.sequence);
  writer.Be(packet.timestamp);
  writer.Be(packet.ssrc);
  writer.Be(kOneByteForm);
  writer.Be(kExtensionWords);
  writer.Be(kElementHead);
  writer.Be(packet.epoch);
  writer.Be(packet.generation);
  writer.Be(packet.incarnation);
  writer.Be(static_cast<std::uint32_t>(packet.flags) << 24);
  writer.Be(packet.evseq);
  for (int i = 0; i < 3; ++i) writer.Be<std::uint8_t>(0);
}

RtpError ReadExtension(ByteReader& reader, RtpPacket& packet) {
  if (reader.Be<std::uint16_t>() != kOneByteForm) return RtpError::kBadExtension;
  if (reader.Be<std::uint16_t>() != kExtensionWords) return RtpError::kBadExtension;
  if (reader.Le<std::uint8_t>() != kElementHead) return RtpError::kBadExtension;
  packet.epoch = reader.Be<std::uint32_t>();
  packet.generation = reader.Be<std::uint16_t>();
  packet.incarnation = reader.Be<std::uint16_t>();
  const std::uint32_t flags_and_reserved = reader.Be<std::uint32_t>();
  packet.flags = static_cast<std::uint8_t>(flags_and_reserved >> 24);
  packet.evseq = reader.Be<std::uint32_t>();
  const std::uint8_t padding[3] = {reader.Le<std::uint8_t>(), reader.Le<std::uint8_t>(),
                                   reader.Le<std::uint8_t>()};
  if (!reader.ok()) return RtpError::kTooShort;
  const bool zeros =
      (flags_and_reserved & 0xffffff) == 0 && (padding[0] | padding[1] | padding[2]) == 0;
  return zeros && (packet.flags & ~kPacketFlags) == 0 ? RtpError::kNone : RtpError::kBadExtension;
}

// The payload is what is left, less the padding whose length its last byte tells (RFC 3550,
// section 5.1).
RtpError ReadPayload(ByteReader& reader, bool padded, RtpPacket& packet) {
  const auto rest = reader.View(reader.left());
  const std::size_t padding = padded && !rest.empty() ? rest.back() : 0;
  if (padded && (padding == 0 || padding > rest.size())) return RtpError::kTooShort;
  packet.payload = rest.first(rest.size() - padding);
  return packet.payload.empty() ? RtpError::kEmptyPayload : RtpError::kNone;
}

}  // namespace

const char* ToString(RtpError error) {
  switch (error) {
    case RtpError::kNone:
      return "no error";
    case RtpError::kTooShort:
      return "too short";
    case RtpError::kTooLong:
      return "longer than 1400 bytes";
    case RtpError::kNotVersion2:
      return "not RTP version 2";
    case RtpError::kNoExtension:
      return "no header extension";
    case RtpError::kBadExtension:
      return "not Continuo's header extension";
    case RtpError::kUnknownPayloadType:
      return "unknown payload type";
    case RtpError::kEmptyPayload:
      return "empty payload";
  }
  return "unknown error";
}

std::size_t EncodeRtp(const RtpPacket& packet, std::span<std::uint8_t> out) {
  const std::size_t bytes = kRtpOverheadBytes + packet.payload.size();
  if (packet.payload.empty() || bytes > out.size() || bytes > kMaxDatagramBytes) return 0;
  WriteHead(packet, out);
  std::memcpy(out.data() + kRtpOverheadBytes, packet.payload.data(), packet.payload.size());
  return bytes;
}

RtpError ParseRtp(std::span<const std::uint8_t> datagram, RtpPacket& packet) {
  if (datagram.size() < kRtpOverheadBytes) return RtpError::kTooShort;
  if (datagram.size() > kMaxDatagramBytes) return RtpError::kTooLong;
  ByteReader reader(datagram);
  const auto first = reader.Be<std::uint8_t>();
  if ((first & 0xc0) != kVersion) return RtpError::kNotVersion2;
  if ((first & kExtensionBit) == 0) return RtpError::kNoExtension;
  packet.payload_type = reader.Be<std::uint8_t>();  // with the marker bit, which is never set
  if (!IsPayloadType(packet.payload_type)) return RtpError::kUnknownPayloadType;
  packet.sequence = reader.Be<std::uint16_t>();
  packet.timestamp = reader.Be<std::uint32_t>();
  packet.ssrc = reader.Be<std::uint32_t>();
  reader.View(std::size_t{4} * (first & kCsrcCountMask));
  if (!reader.ok()) return RtpError::kTooShort;
  const RtpError error = ReadExtension(reader, packet);
  if (error != RtpError::kNone) return error;
  return ReadPayload(reader, (first & kPaddingBit) != 0, packet);
}

void MarkRepair(std::span<std::uint8_t> datagram) {
  if (datagram.size() > kFlagsOffset) datagram[kFlagsOffset] |= kFlagRepair;
}

}  // namespace continuo::wire
