// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "fuzz/material.h"
#include "proto/wire/control_frames.h"

namespace continuo::fuzz {
namespace {

void CheckNack(std::span<std::uint8_t> frame) {
  wire::Nack nack;
  if (!wire::ParseNack(frame, nack)) return;
  Require((nack.mask & 1) != 0, "a NACK asks for its first packet");
  std::uint8_t again[wire::kNackBytes];
  Require(wire::EncodeNack(nack, again) == frame.size(), "a NACK has one size");
  Require(std::ranges::equal(frame, again), "a NACK has one form");
}

void CheckFellows(std::span<std::uint8_t> frame) {
  wire::FellowFrameReader reader(frame);
  wire::FellowMessage message;
  if (!reader.ok()) {
    Require(!reader.Next(message), "nothing is given out of a malformed frame");
    return;
  }
  Exact again(frame);
  std::ranges::fill(again.span(), 0xEE);
  wire::FellowFrameWriter writer(again.span(), reader.from_node());
  while (reader.Next(message)) {
    Require(message.entries.size() <= wire::kMaxEntriesPerMessage, "entries fit");
    Require(writer.Add(message), "what was read can be written in as many bytes");
  }
  if (!writer.empty()) {
    Require(writer.size() == frame.size() && std::ranges::equal(frame, again.span()),
            "a frame has one form");
  }
}

}  // namespace
}  // namespace continuo::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace continuo::fuzz;
  Exact raw({bytes, size});
  CheckNack(raw.span());
  CheckFellows(raw.span());
  return 0;
}
