// SPDX-License-Identifier: Apache-2.0
// Any packets in any order, through merge and repair.
#include <memory>

#include "fuzz/material.h"
#include "proto/stream/identity.h"
#include "proto/stream/merge.h"
#include "proto/stream/repair.h"

namespace continuo::fuzz {
namespace {

constexpr std::size_t kPayload = 16;
constexpr int kQuantum = 48;

struct Receiver {
  bool Prepare() { return merge.Prepare({7, 0, 0, kQuantum, kPayload, true, 64, 100}, arena); }
  alignas(16) std::uint8_t memory[1 << 14] = {};
  Arena arena{memory, sizeof(memory)};
  stream::Merge merge;
};

void TakeOne(Receiver& receiver, Material& material) {
  wire::RtpPacket packet;
  std::uint8_t payload[kPayload + 1] = {};
  const std::uint8_t shape = material.Take<std::uint8_t>();
  const PacketIndex k =
      receiver.merge.next() + static_cast<std::int8_t>(material.Take<std::uint8_t>());
  packet.ssrc = shape & 1 ? 7 : material.Take<std::uint32_t>();
  packet.timestamp = shape & 2 ? stream::TimestampOf(k, kQuantum) : material.Take<std::uint32_t>();
  packet.sequence = stream::SequenceOf(k);
  packet.flags = material.Take<std::uint8_t>();
  packet.epoch = shape & 4 ? 0 : material.Take<std::uint32_t>();
  payload[0] = material.Take<std::uint8_t>() & 1;
  packet.payload = std::span(payload).first(kPayload + (shape & 8 ? 0 : 1));
  const int leg =
      receiver.merge.LegOf(material.Below(12), static_cast<std::uint8_t>(material.Below(3)));
  (void)receiver.merge.Take(packet, leg);
}

void Run(Material& material) {
  const auto receiver = std::make_unique<Receiver>();
  Require(receiver->Prepare(), "the merge has room");
  stream::Merge& merge = receiver->merge;
  stream::RepairAsker asker;
  asker.Start({2 * kQuantum, 4 * kQuantum}, kQuantum);
  MediaTime now = 100 * kQuantum;
  while (!material.empty()) {
    for (std::uint32_t packets = material.Below(6); packets > 0; --packets)
      TakeOne(*receiver, material);
    now += kQuantum;
    wire::Nack nack;
    if (asker.Ask(merge, now / kQuantum, now, nack)) {
      Require(nack.first >= merge.next() && (nack.mask & 1) != 0, "asked for what is still wanted");
    }
    stream::Selected selected;
    const PacketIndex next = merge.next();
    if (merge.At(next, selected)) {
      Require(selected.payload.size() == kPayload, "a payload has its size");
      Require(selected.leg >= 0 && selected.leg < static_cast<int>(merge.legs().size()),
              "a winner has a leg");
    }
    if (material.Take<std::uint8_t>() & 1) merge.Release(next + material.Below(3));
    Require(merge.next() >= next, "what was released stays so");
  }
}

}  // namespace
}  // namespace continuo::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  continuo::fuzz::Material material(bytes, size);
  continuo::fuzz::Run(material);
  return 0;
}
