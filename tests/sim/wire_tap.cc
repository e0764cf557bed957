// SPDX-License-Identifier: Apache-2.0
#include "sim/wire_tap.h"

#include <cstring>

#include "dsp/base/hash.h"
#include "proto/stream/identity.h"

namespace continuo::sim {

std::uint64_t DigestOf(std::span<const std::uint8_t> payload) {
  constexpr std::uint64_t kPrime = 0x9E3779B97F4A7C15ull;
  std::uint64_t lanes[4] = {1, 2, 3, payload.size()};
  std::size_t i = 0;
  for (; i + 32 <= payload.size(); i += 32) {
    std::uint64_t words[4];
    std::memcpy(words, payload.data() + i, sizeof words);
    for (int lane = 0; lane < 4; ++lane) {
      lanes[lane] = (lanes[lane] ^ words[lane]) * kPrime;
      lanes[lane] ^= lanes[lane] >> 29;
    }
  }
  for (; i < payload.size(); ++i) lanes[0] = (lanes[0] ^ payload[i]) * kPrime;
  const std::uint64_t digest =
      Mix64(lanes[0] ^ Mix64(lanes[1] ^ Mix64(lanes[2] ^ Mix64(lanes[3]))));
  return digest == 0 ? 1 : digest;
}

namespace {

/// Of a packet's head: the same for the same packet, seldom for another one that is on its way at the same time.
std::size_t PlaceOf(std::span<const std::uint8_t> datagram) {
  std::uint64_t words[3];
  static_assert(sizeof words <= wire::kRtpOverheadBytes);
  std::memcpy(words, datagram.data(), sizeof words);
  return static_cast<std::size_t>(
      (words[0] ^ words[1] * 3 ^ words[2] * 5) * 0x9E3779B97F4A7C15ull >> 56);
}

}  // namespace

void WireTap::Begin(int quantum, PacketIndex first) {
  quantum_ = quantum;
  first_ = first;
  streams_.clear();
}

void WireTap::Hear(std::span<const std::uint8_t> datagram) {
  // The same packet goes to many receivers, on each network.
  if (quantum_ == 0 || datagram.size() < wire::kRtpOverheadBytes) return;
  Head& seen = heads_[PlaceOf(datagram)];
  if (std::memcmp(seen.data(), datagram.data(), seen.size()) == 0) return;
  wire::RtpPacket packet;
  if (wire::ParseRtp(datagram, packet) != wire::RtpError::kNone) return;
  std::memcpy(seen.data(), datagram.data(), seen.size());

  Stream& stream = streams_[packet.ssrc];
  if (packet.epoch < stream.epoch) ++epoch_steps_back_;
  stream.epoch = std::max(stream.epoch, packet.epoch);
  if ((packet.flags & wire::kFlagJoiner) != 0) {
    ++stream.shadows;
    return;
  }
  if ((packet.flags & (wire::kFlagTainted | wire::kFlagConcealed)) != 0) {
    ++stream.flagged;
    return;
  }
  const PacketIndex around = first_ + static_cast<PacketIndex>(stream.claimed.size());
  const PacketIndex k = stream::PacketIndexFrom(packet.timestamp, quantum_, around);
  if (k < first_) return;
  const auto at = static_cast<std::size_t>(k - first_);
  if (at >= stream.claimed.size()) {
    stream.claimed.resize(at + 1, 0);
    stream.by.resize(at + 1, 0);
  }
  ++stream.claims;
  const std::uint64_t digest = DigestOf(packet.payload);
  std::uint64_t& known = stream.claimed[at];
  if (known == 0) {
    known = digest;
    stream.by[at] = packet.incarnation;
  } else if (known != digest) {
    conflicts_.push_back({packet.ssrc, k, stream.by[at], packet.incarnation});
  }
}

const WireTap::Stream* WireTap::Find(std::uint32_t ssrc) const {
  const auto found = streams_.find(ssrc);
  return found == streams_.end() ? nullptr : &found->second;
}

}  // namespace continuo::sim
