// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>

// What a test and the simulated sound card (an ALSA plugin, in the process that plays on it) share: a mapped file
// "card", and beside it "air", the sound that is in the air: sample k of the card's crystal, kAirChannels floats each.

namespace continuo {

inline constexpr int kAirChannels = 2;
inline constexpr std::int64_t kAirFrames = 48000 * 120;

/// All zero in the beginning. Times are of CLOCK_MONOTONIC.
struct CardFile {
  std::atomic<std::int64_t> epoch;       ///< when sample 0 of the crystal is, ns
  std::atomic<std::int64_t> ppb;         ///< how much too fast the crystal is, in 1e-9
  std::atomic<std::uint32_t> unplugged;  ///< not 0: it is
  std::atomic<std::uint32_t> xruns;      ///< wished so far: each begins one in each direction
  std::atomic<std::int64_t> after;       ///< samples that its DAC is later than it says
  std::atomic<std::int64_t> before;      ///< and its ADC
  std::atomic<std::uint32_t>
      looped;  ///< not 0: it hears what it has played; else what `air` was given
  std::atomic<std::uint32_t> opened;  ///< times
};

}  // namespace continuo
