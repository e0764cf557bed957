// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "agent/rt/outbox.h"
#include "agent/rt/program.h"
#include "agent/rt/received_stream.h"
#include "dsp/base/arena.h"
#include "dsp/base/realtime.h"
#include "proto/stream/repair.h"
#include "proto/wire/control_frames.h"

namespace continuo::agent::rt {

/// One stream of one replica on its way out: packet k's payload becomes a datagram, which goes to
/// every receiver on every network, to the consumers on this node without a network, and into the
/// ring that repairs are answered from.
class StreamSender {
 public:
  /// Not real time.
  bool Prepare(const SentSpec& spec, const Program& program, Incarnation self, Arena& arena);
  /// To whom it sends, from now on. `spec` is of the same stream and outlives what is wired to it;
  /// `local` is this node's reception of it, or nullptr.
  void Wire(const SentSpec& spec, ReceivedStream* local) CONTINUO_REALTIME {
    spec_ = &spec;
    local_ = local;
  }

  /// The payload of the next packet is written here.
  std::span<std::uint8_t> Payload() CONTINUO_REALTIME { return {payload_, wire::kMaxPayloadBytes}; }
  /// Sends the first `bytes` of Payload() as packet k. `flags` and `evseq` as in wire::RtpPacket.
  void Send(PacketIndex k, std::size_t bytes, std::uint8_t flags, std::uint32_t evseq,
            MediaTime now, Outbox& outbox) CONTINUO_REALTIME;
  /// Sends again what is asked for and still there, at most `budget` packets; returns how many.
  int Answer(const wire::Nack& nack, int budget, Outbox& outbox) CONTINUO_REALTIME;
  /// Likewise, to a reception on this node that began when they had been sent: a source may run ahead by a second. What
  /// it has got is not asked for any more.
  void AnswerHere(wire::Nack& nack, ReceivedStream& here, MediaTime now) CONTINUO_REALTIME;
  /// The next packet leaves with one bit of its payload flipped; what stays here is right.
  void CorruptNext() CONTINUO_REALTIME { corrupt_ = true; }

  const SentSpec& spec() const { return *spec_; }
  /// It is sound, and somebody on another node hears it.
  bool sounds_away() const { return !spec_->stream.control && !spec_->receivers.empty(); }

 private:
  void SendToAll(std::span<const std::uint8_t> datagram, Outbox& outbox) CONTINUO_REALTIME;

  const SentSpec* spec_ = nullptr;
  ReceivedStream* local_ = nullptr;
  stream::SenderRing ring_;
  wire::RtpPacket header_;  // what all packets share
  int quantum_ = 48;
  std::uint8_t* payload_ = nullptr;
  std::uint8_t* scratch_ = nullptr;  // one datagram
  bool corrupt_ = false;
};

}  // namespace continuo::agent::rt
