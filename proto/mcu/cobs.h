// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

// Consistent Overhead Byte Stuffing (S. Cheshire, M. Baker, IEEE/ACM Transactions on Networking 7(2), 1999): bytes
// without a zero among them, so that a zero may end each unit on a line.

namespace continuo::mcu {

/// Bytes that `size` bytes become at most.
constexpr std::size_t CobsBytes(std::size_t size) {
  return size + size / 254 + 1;
}

/// Bytes written to `out`, none of them zero; 0: they do not fit. `out` does not overlap `bytes`.
std::size_t EncodeCobs(std::span<const std::uint8_t> bytes, std::span<std::uint8_t> out);

/// Bytes written to `out`; false: `bytes` are not what EncodeCobs writes, or there is no room. `out` may begin where
/// `bytes` does.
bool DecodeCobs(std::span<const std::uint8_t> bytes, std::span<std::uint8_t> out,
                std::size_t& size);

}  // namespace continuo::mcu
