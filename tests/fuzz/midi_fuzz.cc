// SPDX-License-Identifier: Apache-2.0
#include "coordinator/midi_clock/clock_in.h"
#include "coordinator/midi_clock/midi_message.h"
#include "fuzz/material.h"

namespace continuo::fuzz {
namespace {

using namespace coordinator::midi_clock;  // NOLINT(google-build-using-namespace)

/// What was understood must survive being written and read again.
void CheckAgain(const MidiMessage& message) {
  Require(message.sixteenths <= kMostSixteenths, "a song position has 14 bits");
  std::array<std::uint8_t, 3> bytes{};
  const std::size_t size = WriteMidi(message, bytes);
  MidiReader reader;
  for (std::size_t i = 0; i < size; ++i) {
    const auto read = reader.Take(bytes[i]);
    Require(read.has_value() == (i + 1 == size), "it ends with its last byte");
    if (read) Require(*read == message, "what was written is what is read");
  }
}

/// Bytes at any times, and what they make somebody wish who follows.
void Check(Material material) {
  MidiReader reader;
  ClockIn in;
  Nanoseconds at = 0;
  while (!material.empty()) {
    const auto byte = material.Take<std::uint8_t>();
    at += material.Take<std::int16_t>() * 1'000;  // also backwards
    const auto message = reader.Take(byte);
    if (!message) continue;
    CheckAgain(*message);
    in.Take(*message, at);
    const Wish wish = in.Decide(120'000);
    if (wish.locate) Require(*wish.locate <= kMostSixteenths, "a place is one that came");
    if (wish.tempo_mbpm) Require(*wish.tempo_mbpm > 0, "a tempo goes on");
  }
}

}  // namespace
}  // namespace continuo::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  continuo::fuzz::Check({bytes, size});
  return 0;
}
