// SPDX-License-Identifier: Apache-2.0
#include "coordinator/midi_clock/midi_message.h"

namespace continuo::coordinator::midi_clock {
namespace {

constexpr std::uint8_t kStatusBit = 0x80, kFirstRealTime = 0xf8, kDataBits = 0x7f;

}  // namespace

std::size_t WriteMidi(const MidiMessage& message, std::array<std::uint8_t, 3>& out) {
  out[0] = static_cast<std::uint8_t>(message.kind);
  if (message.kind != Midi::kSongPosition) return 1;
  out[1] = message.sixteenths & kDataBits;
  out[2] = static_cast<std::uint8_t>(message.sixteenths >> 7) & kDataBits;
  return 3;
}

std::optional<MidiMessage> MidiReader::Take(std::uint8_t byte) {
  if (byte >= kFirstRealTime) {  // of one byte; what it comes between goes on
    const Midi kind{byte};
    const bool known = kind == Midi::kClock || kind == Midi::kStart || kind == Midi::kContinue ||
                       kind == Midi::kStop;
    return known ? std::optional(MidiMessage{.kind = kind}) : std::nullopt;
  }
  if ((byte & kStatusBit) != 0) {  // System Common messages have no running status
    wanted_ = Midi{byte} == Midi::kSongPosition ? 2 : 0;
    return std::nullopt;
  }
  if (wanted_ == 0) return std::nullopt;
  if (--wanted_ == 1) {
    low_ = byte;
    return std::nullopt;
  }
  return MidiMessage{.kind = Midi::kSongPosition,
                     .sixteenths = static_cast<std::uint16_t>(byte << 7 | low_)};
}

}  // namespace continuo::coordinator::midi_clock
