// SPDX-License-Identifier: Apache-2.0
#include "dsp/base/bytes.h"
#include "proto/wire/control_frames.h"

// {0xC1, version u8, from_node u16, ssrc u32, first i64, mask u64}

namespace continuo::wire {

std::size_t EncodeNack(const Nack& nack, std::span<std::uint8_t> out) {
  ByteWriter writer(out);
  writer.Le(kFrameNack);
  writer.Le(kFrameVersion);
  writer.Le(nack.from_node);
  writer.Le(nack.ssrc);
  writer.Le(nack.first);
  writer.Le(nack.mask);
  return writer.ok() ? writer.size() : 0;
}

bool ParseNack(std::span<const std::uint8_t> frame, Nack& nack) {
  ByteReader reader(frame);
  const auto type = reader.Le<std::uint8_t>();
  const auto version = reader.Le<std::uint8_t>();
  nack.from_node = reader.Le<std::uint16_t>();
  nack.ssrc = reader.Le<std::uint32_t>();
  nack.first = reader.Le<PacketIndex>();
  nack.mask = reader.Le<std::uint64_t>();
  if (!reader.ok() || reader.left() != 0) return false;
  if (type != kFrameNack || version != kFrameVersion) return false;
  return nack.first >= 0 && nack.first < kMediaTimeLimit && (nack.mask & 1) != 0;
}

}  // namespace continuo::wire
