// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

// The board's port for a codec: 48 kHz, stereo, 24 bits in the upper part of words of 32. Main program, but for what
// says otherwise.

namespace continuo::mcu::board {

inline constexpr std::uint32_t kAudioFramesMax = 96;  ///< of a half buffer

/// From now on what came in and what goes out is exchanged every `frames` (8..kAudioFramesMax) of the codec's clock, by
/// OnHalf, and after it OnTick. False: there is no such port, or its clock does not run; then neither is called.
bool AudioBegin(std::uint32_t frames);
/// To be called in OnInterrupt with its number. True: it was the port's.
bool AudioInterrupt(unsigned number);
/// Half buffers that were not ready in time. Any context.
std::uint32_t AudioLate();

// ---- what a program provides where a board has such a port

/// Before the first OnHalf. Main program.
void OnAudio();
/// Left and right by turns. In the interrupt.
void OnHalf(std::span<const std::int32_t> in, std::span<std::int32_t> out);

}  // namespace continuo::mcu::board
