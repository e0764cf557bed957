// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "dsp/base/realtime.h"

namespace continuo::agent {

/// How a card wants its samples: interleaved, little-endian.
enum class CardFormat : std::uint8_t {
  kFloat32,  ///< full scale is 1
  kInt32,
  kInt24,  ///< in three bytes
  kInt16,
};
int BytesOf(CardFormat format);

/// `frames` of `channels` into `bytes` (as many as they need). What is over full scale is clipped, what a format cannot
/// tell is rounded to the nearest, without dither; every float of 24 bits from -1 to 1 in steps of 2^-23 passes kInt32
/// and kInt24 unchanged.
void Pack(CardFormat format, std::span<float* const> channels, int frames,
          std::span<std::byte> bytes) CONTINUO_REALTIME;
void Unpack(CardFormat format, std::span<const std::byte> bytes, std::span<float* const> channels,
            int frames) CONTINUO_REALTIME;

}  // namespace continuo::agent
