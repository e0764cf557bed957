// SPDX-License-Identifier: Apache-2.0
#include "proto/mcu/frame.h"

#include "dsp/base/bytes.h"
#include "proto/mcu/crc_of.h"
#include "proto/mcu/payload.h"

namespace continuo::mcu {
const char* ToString(FrameError error) {
  switch (error) {
    case FrameError::kNone:
      return "whole";
    case FrameError::kTooShort:
      return "shorter than a frame (8 bytes)";
    case FrameError::kTooLong:
      return "longer than a frame (1400 bytes)";
    case FrameError::kNotOurs:
      return "not a frame between bridge and board (first byte is not 0xC3)";
    case FrameError::kVersion:
      return "of another release (version is not 8)";
    case FrameError::kDamaged:
      return "damaged on its way (CRC-32)";
    case FrameError::kUnknownType:
      return "of an unknown type (allowed: 1 to 17)";
  }
  return "";
}

std::size_t CloseFrame(FrameType type, std::size_t payload_bytes, std::span<std::uint8_t> out) {
  const std::size_t before_crc = kFrameHead + payload_bytes;
  if (out.size() < payload_bytes + kFrameOverhead || before_crc + 4 > kMaxFrameBytes) return 0;
  out[0] = kFrameMcu;
  out[1] = kMcuFrameVersion;
  out[2] = static_cast<std::uint8_t>(type);
  out[3] = 0;
  ByteWriter(out.subspan(before_crc)).Le(CrcOf(out.first(before_crc)));
  return before_crc + 4;
}

FrameError ParseFrame(std::span<const std::uint8_t> datagram, Frame& frame) {
  if (datagram.size() < kFrameOverhead) return FrameError::kTooShort;
  if (datagram.size() > kMaxFrameBytes) return FrameError::kTooLong;
  if (datagram[0] != kFrameMcu || datagram[3] != 0) return FrameError::kNotOurs;
  if (datagram[1] != kMcuFrameVersion) return FrameError::kVersion;
  const std::size_t before_crc = datagram.size() - 4;
  const auto crc = ByteReader(datagram.subspan(before_crc)).Le<std::uint32_t>();
  if (crc != CrcOf(datagram.first(before_crc))) return FrameError::kDamaged;
  if (datagram[2] < 1 || datagram[2] > kLastFrameType) return FrameError::kUnknownType;
  frame.type = static_cast<FrameType>(datagram[2]);
  frame.payload = datagram.subspan(kFrameHead, before_crc - kFrameHead);
  return FrameError::kNone;
}

}  // namespace continuo::mcu
