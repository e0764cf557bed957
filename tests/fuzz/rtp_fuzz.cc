// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "fuzz/material.h"
#include "proto/wire/rtp.h"

namespace continuo::fuzz {
namespace {

bool SameFields(const wire::RtpPacket& a, const wire::RtpPacket& b) {
  return a.payload_type == b.payload_type && a.sequence == b.sequence &&
         a.timestamp == b.timestamp && a.ssrc == b.ssrc && a.epoch == b.epoch &&
         a.generation == b.generation && a.incarnation == b.incarnation && a.flags == b.flags &&
         a.evseq == b.evseq && std::ranges::equal(a.payload, b.payload);
}

/// What was understood must survive being written and read again.
void Check(std::span<std::uint8_t> datagram) {
  wire::RtpPacket packet;
  if (wire::ParseRtp(datagram, packet) != wire::RtpError::kNone) return;
  Require(!packet.payload.empty(), "a packet has a payload");
  std::uint8_t again[wire::kMaxDatagramBytes];
  const std::size_t size = wire::EncodeRtp(packet, again);
  wire::RtpPacket parsed;
  Require(wire::ParseRtp(std::span(again).first(size), parsed) == wire::RtpError::kNone,
          "written is read");
  Require(SameFields(packet, parsed), "what was written is what is read");
  wire::MarkRepair(std::span(again).first(size));
  Require(wire::ParseRtp(std::span(again).first(size), parsed) == wire::RtpError::kNone,
          "repaired is read");
  packet.flags |= wire::kFlagRepair;
  Require(SameFields(packet, parsed), "a repair differs by its flag only");
}

/// A valid packet with a few bytes changed: gets past the first checks.
void CheckDamaged(Material material) {
  wire::RtpPacket packet;
  packet.ssrc = material.Take<std::uint32_t>();
  packet.timestamp = material.Take<std::uint32_t>();
  const std::uint32_t changes = material.Below(4);
  std::uint32_t where[4] = {};
  std::uint8_t value[4] = {};
  for (std::uint32_t i = 0; i < changes; ++i) {
    where[i] = material.Below(48);
    value[i] = material.Take<std::uint8_t>();
  }
  packet.payload = material.Rest();
  std::uint8_t datagram[wire::kMaxDatagramBytes];
  const std::size_t size = wire::EncodeRtp(packet, datagram);
  if (size == 0) return;
  for (std::uint32_t i = 0; i < changes; ++i) datagram[where[i] % size] = value[i];
  Exact exact(std::span(datagram).first(size));
  Check(exact.span());
}

}  // namespace
}  // namespace continuo::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace continuo::fuzz;
  Exact raw({bytes, size});
  Check(raw.span());
  CheckDamaged({bytes, size});
  return 0;
}
