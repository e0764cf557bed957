// SPDX-License-Identifier: Apache-2.0
#include "proto/stream/identity.h"

#include "proto/wire/rtp.h"

namespace continuo::stream {

PacketIndex PacketIndexFrom(std::uint32_t timestamp, int quantum, PacketIndex around) {
  // The difference modulo 2^32, read as signed, leads to the nearest media time with that
  // timestamp.
  const std::uint32_t difference = timestamp - TimestampOf(around, quantum);
  const MediaTime n = around * quantum + static_cast<std::int32_t>(difference);
  return n >= 0 && n % quantum == 0 ? n / quantum : -1;
}

int ChannelsPerGroup(int quantum) {
  const std::size_t bytes_per_channel = static_cast<std::size_t>(quantum) * sizeof(float);
  const int fitting = static_cast<int>(wire::kMaxPayloadBytes / bytes_per_channel);
  return fitting < kMaxChannels ? fitting : kMaxChannels;
}

}  // namespace continuo::stream
