// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "dsp/base/hash.h"
#include "dsp/base/units.h"

// Derive, never count: all that identifies a packet is a function of what it holds, so that every replica sends the
// same packet and a restarted one continues where the others are.

namespace continuo::stream {

/// One output port's channel group of one lineage. A port of up to 8 channels is split so that no packet exceeds
/// wire::kMaxPayloadBytes.
struct StreamId {
  std::uint32_t task = 0;
  std::uint16_t generation = 0;
  std::uint8_t port = 0;
  std::uint8_t group = 0;
  bool operator==(const StreamId&) const = default;
};

constexpr std::uint32_t SsrcOf(const StreamId& id) {
  const std::uint64_t lineage = std::uint64_t{id.task} << 32 | std::uint64_t{id.generation} << 16;
  return static_cast<std::uint32_t>(Mix64(lineage | std::uint64_t{id.port} << 8 | id.group) >> 32);
}
constexpr std::uint16_t SequenceOf(PacketIndex k) {
  return static_cast<std::uint16_t>(k);
}
constexpr std::uint32_t TimestampOf(PacketIndex k, int quantum) {
  const std::uint64_t n = static_cast<std::uint64_t>(k) * static_cast<std::uint64_t>(quantum);
  return static_cast<std::uint32_t>(n);
}
/// The packet index whose timestamp is `timestamp` and which lies nearest to `around`; -1 if the timestamp is no
/// multiple of the quantum on that grid.
PacketIndex PacketIndexFrom(std::uint32_t timestamp, int quantum, PacketIndex around);

/// Channels in each group but the last, of a port of so many (1 to 8), at this quantum: in as few packets as hold them,
/// all as long as they can be alike, since what is of one length leaves as one.
int ChannelsPerGroup(int quantum, int channels);

}  // namespace continuo::stream
