// SPDX-License-Identifier: Apache-2.0
// What ptp4l answers, what clocks say to each other, and the map of the clocks as others tell it.
#include <algorithm>

#include "fuzz/material.h"
#include "proto/clock/map_codec.h"
#include "proto/wire/ptp_management.h"
#include "proto/wire/ptp_message.h"

namespace continuo::fuzz {
namespace {

constexpr std::uint64_t kStage = 0x3030303030303030;  // eight digits, which a fuzzer finds

void CheckAnswer(std::span<std::uint8_t> datagram) {
  wire::PtpAnswer answer;
  if (!wire::ParsePtpAnswer(datagram, answer)) return;
  Require(datagram.size() >= 54, "an answer has a head and an id");
  if (const auto* port = std::get_if<wire::PtpPort>(&answer.content)) {
    Require(wire::ToString(port->state) != nullptr, "every state has a name");
  }
}

void CheckMessage(std::span<std::uint8_t> datagram) {
  wire::PtpMessage message, same;
  if (wire::ParsePtpMessage(datagram, message) != wire::PtpError::kNone) return;
  std::uint8_t again[wire::kPtpMessageBytes];
  const std::size_t bytes = wire::EncodePtpMessage(message, again);
  Require(bytes != 0 && bytes <= datagram.size(), "what was read can be written");
  Require(wire::ParsePtpMessage({again, bytes}, same) == wire::PtpError::kNone && same == message,
          "and is the same");
}

void CheckMap(std::span<std::uint8_t> frame) {
  clock::MediaMap map;
  if (!clock::MergeMap(frame, kStage, map)) {
    Require(map.version() == 0, "nothing is taken of a malformed map");
    return;
  }
  for (const clock::MapEntry& entry : map.entries()) {
    Require(clock::IsValid(entry), "entries are valid");
    Require(map.Find(entry.grandmaster, entry.from) != nullptr, "an entry is found");
    Require(entry.StageAt(entry.ptp) == clock::TimeOf(entry.n, entry.rate_hz), "and says its time");
  }
  std::uint8_t again[clock::kMapFrameBytes];
  const std::size_t bytes = clock::EncodeMap(map, kStage, again);
  clock::MediaMap same;
  Require(clock::MergeMap({again, bytes}, kStage, same), "what was written can be read");
  Require(same.entries() == map.entries(), "and is the same");
}

}  // namespace
}  // namespace continuo::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace continuo::fuzz;
  Exact raw({bytes, size});
  CheckAnswer(raw.span());
  CheckMessage(raw.span());
  CheckMap(raw.span());
  return 0;
}
