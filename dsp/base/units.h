// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace continuo {

/// The media sample index `n`: samples since the PTP epoch (TAI) of the cluster's first clock. Every packet,
/// event and plan change carries one. It never steps back; wall time exists only as a deadline for it.
using MediaTime = std::int64_t;

/// A number of samples (per channel).
using Frames = std::int64_t;

/// Index of a packet of a stream: floor(n / quantum). 64 bits wide, so it never wraps.
using PacketIndex = std::int64_t;

/// Media time, and what is derived from it, lies below this wherever it comes from outside: 5,900 years, and room
/// enough that the arithmetic on it cannot overflow.
inline constexpr MediaTime kMediaTimeLimit = MediaTime{1} << 53;

/// Nanoseconds of some monotonic clock; which one is said where a value of this type is declared.
using Nanoseconds = std::int64_t;

/// The one sample rate of this version, in Hz.
inline constexpr std::int32_t kSampleRate = 48000;

/// Largest quantum (samples per block and per packet).
inline constexpr int kMaxQuantum = 96;

/// Largest channel count of a port.
inline constexpr int kMaxChannels = 8;

/// True for the quanta a show may choose: samples per block and per packet.
constexpr bool IsQuantum(int frames) {
  return frames == 6 || frames == 12 || frames == 16 || frames == 32 || frames == 48 ||
         frames == 64 || frames == 96;
}

/// Floor division for packet indices; `n` may be negative.
constexpr PacketIndex PacketOf(MediaTime n, int quantum) {
  return n >= 0 ? n / quantum : -((-n + quantum - 1) / quantum);
}

/// Samples in `ms` milliseconds.
constexpr Frames FramesOfMs(std::int64_t ms) {
  return ms * (kSampleRate / 1000);
}

}  // namespace continuo
