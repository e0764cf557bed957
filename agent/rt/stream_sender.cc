// SPDX-License-Identifier: Apache-2.0
#include "agent/rt/stream_sender.h"

#include <algorithm>
#include <cstring>

namespace continuo::agent::rt {

bool StreamSender::Prepare(const SentSpec& spec, const Program& program, Incarnation self,
                           Arena& arena) {
  spec_ = &spec;
  quantum_ = program.plan.quantum;
  header_.payload_type = spec.stream.control ? wire::kPayloadTypeControl : wire::kPayloadTypeFloat;
  header_.ssrc = spec.stream.ssrc;
  header_.epoch = spec.stream.epoch;
  header_.generation = spec.stream.id.generation;
  header_.incarnation = static_cast<std::uint16_t>(self);
  payload_ = arena.Take<std::uint8_t>(wire::kMaxPayloadBytes);
  scratch_ = arena.Take<std::uint8_t>(wire::kMaxDatagramBytes);
  return ring_.Prepare(RingSlots(quantum_), wire::kRtpOverheadBytes + spec.stream.payload_bytes,
                       arena);
}

void StreamSender::Send(PacketIndex k, std::size_t bytes, std::uint8_t flags, std::uint32_t evseq,
                        MediaTime now, Outbox& outbox) {
  wire::RtpPacket packet = header_;
  packet.sequence = stream::SequenceOf(k);
  packet.timestamp = stream::TimestampOf(k, quantum_);
  packet.flags = flags;
  packet.evseq = evseq;
  packet.payload = {payload_, bytes};
  if (local_ != nullptr) local_->Take(packet, 0, now);
  const std::span<std::uint8_t> room = ring_.Room(k);
  const std::size_t size = wire::EncodeRtp(packet, room);
  ring_.Commit(k, size);
  if (!corrupt_) return SendToAll(room.first(size), outbox);
  corrupt_ = false;
  std::memcpy(scratch_, room.data(), size);
  scratch_[size - bytes / 2] ^= 1;  // in the middle of the payload: the lowest bit of a sample
  SendToAll({scratch_, size}, outbox);
}

void StreamSender::SendToAll(std::span<const std::uint8_t> datagram, Outbox& outbox) {
  for (const Peer& receiver : spec_->receivers) outbox.SendOnAll(receiver.networks, datagram);
  if (sounds_away()) outbox.Hasten();
}

int StreamSender::Answer(const wire::Nack& nack, int budget, Outbox& outbox) {
  const auto asks = [&nack](const Peer& r) { return r.node == nack.from_node; };
  const auto receiver = std::find_if(spec_->receivers.begin(), spec_->receivers.end(), asks);
  if (receiver == spec_->receivers.end()) return 0;
  int answered = 0;
  for (int bit = 0; bit < 64 && answered < budget; ++bit) {
    if ((nack.mask >> bit & 1) == 0) continue;
    const std::span<const std::uint8_t> kept = ring_.Find(nack.first + bit);
    if (kept.empty()) continue;
    const std::span<std::uint8_t> again(scratch_, kept.size());
    std::memcpy(again.data(), kept.data(), kept.size());
    wire::MarkRepair(again);
    outbox.SendOnAll(receiver->networks, again);
    outbox.Hasten();
    ++answered;
  }
  return answered;
}

void StreamSender::AnswerHere(wire::Nack& nack, ReceivedStream& here, MediaTime now) {
  for (int bit = 0; bit < 64; ++bit) {
    if ((nack.mask >> bit & 1) == 0) continue;
    wire::RtpPacket packet;
    const std::span<const std::uint8_t> kept = ring_.Find(nack.first + bit);
    if (kept.empty() || wire::ParseRtp(kept, packet) != wire::RtpError::kNone) continue;
    packet.flags |= wire::kFlagRepair;
    here.Take(packet, 0, now);
    // What was sent while this replica was a joiner, or tainted, is not the end of asking.
    stream::Selected copy;
    const bool has_it = here.At(nack.first + bit, copy) && !copy.tainted;
    if (has_it) nack.mask &= ~(std::uint64_t{1} << bit);
  }
}

}  // namespace continuo::agent::rt
