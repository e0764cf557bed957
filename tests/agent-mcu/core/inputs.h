// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "dsp/base/random.h"
#include "proto/session/conductor.h"
#include "proto/stream/identity.h"
#include "proto/wire/payload.h"
#include "proto/wire/rtp.h"

// What a part of SomeSlice() hears: packets of the conductor (stream 1), and two channels of noise (stream 2).

namespace continuo::mcu {

inline constexpr int kHeardChannels = 2;
using Bytes = std::vector<std::uint8_t>;

inline Bytes PacketOf(PacketIndex k, int quantum, std::uint32_t ssrc, std::uint8_t type,
                      const Bytes& payload) {
  wire::RtpPacket packet;
  packet.payload_type = type;
  packet.ssrc = ssrc;
  packet.epoch = packet.generation = packet.incarnation = 1;
  packet.sequence = stream::SequenceOf(k);
  packet.timestamp = stream::TimestampOf(k, quantum);
  packet.payload = payload;
  Bytes datagram(wire::kMaxDatagramBytes);
  datagram.resize(wire::EncodeRtp(packet, datagram));
  return datagram;
}

inline Bytes ControlPacketOf(PacketIndex k, int quantum, const session::ControlQuantum& control) {
  Bytes payload(wire::kMaxPayloadBytes);
  payload.resize(session::EncodeControl(control, payload));
  return PacketOf(k, quantum, 1, wire::kPayloadTypeControl, payload);
}

inline Bytes NoiseOf(PacketIndex k, int quantum) {
  std::vector<float> samples[kHeardChannels];
  const float* planar[kHeardChannels];
  for (int c = 0; c < kHeardChannels; ++c) {
    for (int i = 0; i < quantum; ++i) {
      samples[c].push_back(RandomBipolar(5, static_cast<std::uint32_t>(c), k * quantum + i));
    }
    planar[c] = samples[c].data();
  }
  Bytes bytes(wire::kMaxPayloadBytes);
  bytes.resize(wire::EncodeFloat(planar, kHeardChannels, quantum, bytes));
  return bytes;
}

inline Bytes NoisePacketOf(PacketIndex k, int quantum) {
  return PacketOf(k, quantum, 2, wire::kPayloadTypeFloat, NoiseOf(k, quantum));
}

}  // namespace continuo::mcu
