// SPDX-License-Identifier: Apache-2.0
#include "coordinator/midi_clock/midi_message.h"

#include <gtest/gtest.h>

#include <vector>

namespace continuo::coordinator::midi_clock {
namespace {

std::vector<MidiMessage> Read(const std::vector<std::uint8_t>& bytes) {
  MidiReader reader;
  std::vector<MidiMessage> read;
  for (const std::uint8_t byte : bytes) {
    if (const auto message = reader.Take(byte)) read.push_back(*message);
  }
  return read;
}

const MidiMessage kTick{.kind = Midi::kClock};

MidiMessage Place(std::uint16_t sixteenths) {
  return {.kind = Midi::kSongPosition, .sixteenths = sixteenths};
}

TEST(Midi, WhatIsWrittenIsRead) {
  std::vector<MidiMessage> messages = {
      kTick, {.kind = Midi::kStart}, {.kind = Midi::kContinue}, {.kind = Midi::kStop}};
  for (std::uint16_t place = 0; place <= kMostSixteenths; ++place) messages.push_back(Place(place));
  std::vector<std::uint8_t> bytes;
  for (const MidiMessage& message : messages) {
    std::array<std::uint8_t, 3> out{};
    const std::size_t size = WriteMidi(message, out);
    bytes.insert(bytes.end(), out.begin(), out.begin() + static_cast<std::ptrdiff_t>(size));
  }
  EXPECT_EQ(Read(bytes), messages);
}

TEST(Midi, RealTimeMayComeBetweenTheBytesOfAnything) {
  EXPECT_EQ(Read({0xf2, 0xf8, 0x05, 0xfe, 0xf8, 0x01}),
            (std::vector<MidiMessage>{kTick, kTick, Place(133)}));
  EXPECT_EQ(Read({0xf0, 0x7e, 0xf8, 0x01, 0xf7, 0x90, 60, 0xf8, 100}),
            (std::vector<MidiMessage>{kTick, kTick}));
}

TEST(Midi, WhatIsBrokenOffOrUnknownIsNothing) {
  EXPECT_EQ(Read({0xf2, 5, 0x90, 60, 100, 1, 0xf2, 0xf2, 7, 0, 9, 9}),
            (std::vector<MidiMessage>{Place(7)}))
      << "no running status either";
  EXPECT_TRUE(
      Read({0xf0, 0xf2 - 0x80, 1, 2, 0xf7, 0xf9, 0xfd, 0xfe, 0xff, 0xf1, 3, 0xf3, 4}).empty());
}

}  // namespace
}  // namespace continuo::coordinator::midi_clock
