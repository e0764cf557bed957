// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "dsp/base/realtime.h"

// Of the MIDI 1.0 Detailed Specification (4.2, 1996) what keeps sequencers together: the System Real Time messages
// Timing Clock, Start, Continue and Stop, and the System Common message Song Position Pointer.

namespace continuo::coordinator::midi_clock {

/// Status bytes.
enum class Midi : std::uint8_t {
  kSongPosition = 0xf2,  ///< two data bytes of seven bits each, the lower ones first
  kClock = 0xf8,         ///< 24 to the quarter note
  kStart = 0xfa,         ///< from the beginning of the song, with the next clock
  kContinue = 0xfb,      ///< from where it stands, with the next clock
  kStop = 0xfc,
};

/// Of a song position: 14 bits.
inline constexpr std::int64_t kMostSixteenths = 16'383;

struct MidiMessage {
  Midi kind = Midi::kClock;
  std::uint16_t sixteenths =
      0;  ///< kSongPosition: since the beginning of the song, six clocks each
  bool operator==(const MidiMessage&) const = default;
};

/// How many bytes of `out` it takes, 1 or 3.
std::size_t WriteMidi(const MidiMessage& message,
                      std::array<std::uint8_t, 3>& out) CONTINUO_REALTIME;

/// Reads a stream of MIDI bytes, however it is cut. Real Time messages may come between the bytes of any other; all
/// that is not of the above is passed over, and a message that is broken off is nothing.
class MidiReader {
 public:
  /// The message that ends with that byte.
  std::optional<MidiMessage> Take(std::uint8_t byte) CONTINUO_REALTIME;

 private:
  std::int8_t wanted_ = 0;  // data bytes of a song position that are still to come
  std::uint8_t low_ = 0;
};

}  // namespace continuo::coordinator::midi_clock
