// SPDX-License-Identifier: Apache-2.0
#include "bench/bench.h"
#include "proto/stream/identity.h"
#include "proto/stream/merge.h"

namespace continuo::bench {
namespace {

using namespace stream;

constexpr StreamId kStream{7, 2, 0, 0};
constexpr int kQuantum = 48, kChannels = 2, kLegsUsed = 4;
constexpr PacketIndex kPackets = 20'000;

class Receiver {
 public:
  Receiver() : payload_(kQuantum * kChannels * sizeof(float), 0x3c) {
    MergeConfig config;
    config.ssrc = SsrcOf(kStream);
    config.generation = kStream.generation;
    config.quantum = kQuantum;
    config.payload_bytes = payload_.size();
    Arena measure;
    merge_.Prepare(config, measure);
    memory_.resize(measure.needed() / sizeof(Word) + 1);
    Arena arena(memory_.data(), memory_.size() * sizeof(Word));
    merge_.Prepare(config, arena);
    for (int i = 0; i < kLegsUsed; ++i) {
      legs_[i] =
          merge_.LegOf(static_cast<Incarnation>(10 + i / 2), static_cast<std::uint8_t>(i % 2));
    }
  }

  /// A packet comes on every leg, is looked up and given up.
  void Step(PacketIndex k) {
    wire::RtpPacket packet;
    packet.sequence = SequenceOf(k);
    packet.timestamp = TimestampOf(k, kQuantum);
    packet.ssrc = SsrcOf(kStream);
    packet.generation = kStream.generation;
    packet.payload = payload_;
    for (const int leg : legs_) merge_.Take(packet, leg);
    Selected selected;
    found_ += merge_.At(k, selected) ? 1 : 0;
    merge_.Release(k);
  }
  PacketIndex found() const { return found_; }

 private:
  struct alignas(16) Word {
    std::uint8_t bytes[16] = {};
  };
  std::vector<Word> memory_;
  std::vector<std::uint8_t> payload_;
  Merge merge_;
  int legs_[kLegsUsed] = {};
  PacketIndex found_ = 0;
};

}  // namespace

std::vector<Row> MergeRows() {
  Receiver receiver;
  PacketIndex next = 0;
  const double ns = MedianNs(9, [&] {
    for (PacketIndex k = 0; k < kPackets; ++k) receiver.Step(next++);
  });
  Require(receiver.found() == next, "a packet was not found");
  // A hundredth of the millisecond that the packet lasts: a node may receive a hundred streams and not notice.
  return {{"merge a stereo packet from 4 legs", ns / kPackets / 1e3, 10, "us"}};
}

}  // namespace continuo::bench
