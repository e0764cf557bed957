// SPDX-License-Identifier: Apache-2.0
#include "proto/stream/identity.h"

#include <algorithm>

#include "proto/wire/rtp.h"

namespace continuo::stream {

PacketIndex PacketIndexFrom(std::uint32_t timestamp, int quantum, PacketIndex around) {
  // The difference modulo 2^32, read as signed, leads to the nearest media time with that
  // timestamp.
  const std::uint32_t difference = timestamp - TimestampOf(around, quantum);
  const MediaTime n = around * quantum + static_cast<std::int32_t>(difference);
  return n >= 0 && n % quantum == 0 ? n / quantum : -1;
}

int ChannelsPerGroup(int quantum, int channels) {
  const std::size_t bytes_per_channel = static_cast<std::size_t>(quantum) * sizeof(float);
  const int fitting = static_cast<int>(wire::kMaxPayloadBytes / bytes_per_channel);
  const int groups = std::max(1, (channels + fitting - 1) / fitting);
  return (channels + groups - 1) / groups;
}

}  // namespace continuo::stream
