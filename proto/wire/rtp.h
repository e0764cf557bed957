// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "dsp/base/units.h"
#include "proto/wire/event.h"

// RTP (RFC 3550) with one header extension in the one-byte form of RFC 8285, as Continuo's streams use it inside a
// wire. Everything in the header is derived from what the packet is (stream/identity.h), so replicas that never
// talked to each other send equal packets; only the extension says which copy this is.
//
//   12 bytes RTP header: V=2, X=1, PT, sequence, timestamp, SSRC
//    4 bytes 0xBEDE, length in words
//   20 bytes extension: one element (id 1) of 16 data bytes {epoch u32, generation u16, incarnation u16, flags u8,
//            3 reserved, evseq u32}, padded to a word; big-endian as RTP is; reserved and padding are zero
//    then the payload, up to kMaxPayloadBytes

namespace continuo::wire {

inline constexpr std::uint8_t kPayloadTypeFloat = 96;  ///< interleaved 32-bit float, little-endian
inline constexpr std::uint8_t kPayloadTypeControl = 97;  ///< a session::ControlQuantum
inline constexpr std::size_t kMaxDatagramBytes = 1400;
inline constexpr std::size_t kRtpOverheadBytes = 36;
inline constexpr std::size_t kMaxPayloadBytes = kMaxDatagramBytes - kRtpOverheadBytes;

enum StreamFlags : std::uint8_t {
  kFlagTainted = 1,    ///< the replica cannot prove that it consumed exactly its lineage's inputs
  kFlagJoiner = 2,     ///< shadow copy: compared, never played
  kFlagConcealed = 4,  ///< computed from a concealed input
  kFlagRepair = 8,     ///< sent again on request
};

struct RtpPacket {
  std::uint8_t payload_type = kPayloadTypeFloat;
  std::uint16_t sequence = 0;
  std::uint32_t timestamp = 0;
  std::uint32_t ssrc = 0;
  std::uint32_t epoch = 0;
  std::uint16_t generation = 0;
  std::uint16_t incarnation =
      0;  ///< which copy this is: low 16 bits of the sending replica's incarnation
  std::uint8_t flags = 0;
  std::uint32_t evseq = 0;                ///< number of events applied before this packet's end
  std::span<const std::uint8_t> payload;  ///< points into the datagram
};

enum class RtpError : std::uint8_t {
  kNone,
  kTooShort,
  kTooLong,
  kNotVersion2,
  kNoExtension,
  kBadExtension,
  kUnknownPayloadType,
  kEmptyPayload,
};
const char* ToString(RtpError error);

/// Bytes written to `out`, or 0 if it does not fit or the payload is empty. Real-time safe.
std::size_t EncodeRtp(const RtpPacket& packet, std::span<std::uint8_t> out);
/// Accepts exactly what EncodeRtp writes (plus CSRCs and padding, which are skipped); `packet` is unspecified after an
/// error. Real-time safe.
RtpError ParseRtp(std::span<const std::uint8_t> datagram, RtpPacket& packet);
/// Sets kFlagRepair in a datagram that EncodeRtp wrote, before it is sent again. Real-time safe.
void MarkRepair(std::span<std::uint8_t> datagram);

}  // namespace continuo::wire
