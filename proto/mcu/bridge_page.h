// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "dsp/base/fixed.h"

// Where a board's bridges are, in its memory beside the key's page. Little-endian:
//
//   {"CBRG", version 1, how many (1 or 2), 0 u16, 2 x {IPv4 address u32, port u16}, CRC-32 of all before it}

namespace continuo::mcu {

inline constexpr std::size_t kBridgePageBytes = 24;
inline constexpr std::size_t kBridgePageAt = 128;  ///< bytes after the beginning of the key's page
inline constexpr std::uint16_t kBridgePort =
    7405;  ///< where a bridge listens if nothing else is said
inline constexpr std::size_t kMaxBridges = 2;

struct BridgeAddress {
  std::uint32_t ip = 0;  ///< host byte order
  std::uint16_t port = 0;
  bool operator==(const BridgeAddress&) const = default;
};
using BridgeAddresses = FixedVector<BridgeAddress, kMaxBridges>;

/// nullptr: `bridges` are what is there; none, if the memory was never written (all zeros or all ones). Else a sentence
/// that names the field.
const char* ParseBridgePage(std::span<const std::uint8_t> bytes, BridgeAddresses& bridges);

/// kBridgePageBytes; 0 if they do not fit, there are none, or one has no address or port.
std::size_t EncodeBridgePage(const BridgeAddresses& bridges, std::span<std::uint8_t> out);

}  // namespace continuo::mcu
