// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "dsp/base/realtime.h"

namespace continuo::transport {

/// The one place through which every audio-path datagram leaves and enters, so that encryption and authentication
/// can be added here and nowhere else. This version passes bytes through.
class PacketSeal {
 public:
  /// Bytes added at most by Seal.
  static constexpr std::size_t kOverhead = 0;
  /// Seals `bytes` of plain datagram at the front of `buffer` in place; returns the sealed size. Real-time safe.
  std::size_t Seal(std::span<std::uint8_t> buffer, std::size_t bytes) CONTINUO_REALTIME {
    (void)buffer;
    return bytes;
  }
  /// The plain datagram inside, or empty if it cannot be trusted. Real-time safe.
  std::span<const std::uint8_t> Open(std::span<const std::uint8_t> sealed) CONTINUO_REALTIME {
    return sealed;
  }
};

}  // namespace continuo::transport
