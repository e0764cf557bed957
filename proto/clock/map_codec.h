// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "proto/clock/media_map.h"

// The map as one datagram. Whoever takes part in a stage tells the keeper of its map what it knows and is told what the
// keeper knows; the newer entry wins. So a keeper that comes back knows no less than those it serves. Little-endian:
// {0xC6, format u8, stage u64, count u8}, then count times {version u32, grandmaster u64, ptp i64, n i64, rate_hz i32,
// from i64}, oldest first.

namespace continuo::clock {

inline constexpr std::uint8_t kMapFrame = 0xC6;
inline constexpr std::uint8_t kMapFormat = 1;
inline constexpr std::size_t kMapFrameBytes = 11 + 40 * MediaMap::kEntries;

/// Bytes written, or 0 if there is no room. `stage`: which stage the map is of.
std::size_t EncodeMap(const MediaMap& map, std::uint64_t stage, std::span<std::uint8_t> out);
/// Takes what is newer in it. False: it is no map, or of another stage; then nothing was taken.
bool MergeMap(std::span<const std::uint8_t> frame, std::uint64_t stage, MediaMap& map);

}  // namespace continuo::clock
