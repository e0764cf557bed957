// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "dsp/base/realtime.h"

// Between planar samples, as tasks compute them, and interleaved payloads, as packets carry them. `planar[c]` is
// channel c, `frames` long. All are real-time safe.

namespace continuo::wire {

/// Inside a wire: 32-bit float, little-endian, every bit kept. Bytes written, or 0 if they do not fit.
std::size_t EncodeFloat(const float* const* planar, int channels, int frames,
                        std::span<std::uint8_t> out) CONTINUO_REALTIME;
/// False, and nothing written, unless the payload holds exactly channels * frames samples.
bool DecodeFloat(std::span<const std::uint8_t> payload, int channels, int frames,
                 float* const* planar) CONTINUO_REALTIME;

/// At the edge of the cluster: AES67's 24 and 16 bit, big-endian (RFC 3190, RFC 3551). Full scale is 1.0; rounded to
/// nearest, halves away from zero; saturated; not a number becomes 0. Bytes written, or 0 if they do not fit.
std::size_t EncodeL24(const float* const* planar, int channels, int frames,
                      std::span<std::uint8_t> out) CONTINUO_REALTIME;
std::size_t EncodeL16(const float* const* planar, int channels, int frames,
                      std::span<std::uint8_t> out) CONTINUO_REALTIME;

}  // namespace continuo::wire
