// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/core/input.h"

#include <algorithm>

#include "proto/session/conductor.h"
#include "proto/stream/identity.h"

namespace continuo::mcu {
namespace {

const Member* FindProducer(const Members& producers, std::uint16_t incarnation) {
  const auto is = [incarnation](const Member& member) {
    return static_cast<std::uint16_t>(member.incarnation) == incarnation;
  };
  const Member* const found = std::find_if(producers.begin(), producers.end(), is);
  return found == producers.end() ? nullptr : found;
}

// Control that cannot be followed must not win its slot: the next copy may be whole.
bool MakesSense(const wire::RtpPacket& packet, int quantum) {
  session::ControlQuantum control;
  return session::ParseControl(packet.payload, control) && control.frames == quantum &&
         packet.timestamp == static_cast<std::uint32_t>(control.n);
}

}  // namespace

bool Input::Prepare(const Slice& slice, const Received& received, Arena& arena) {
  received_ = received;
  const Stream& stream = received.stream;
  stream::MergeConfig config;
  config.ssrc = stream.ssrc;
  config.generation = stream.generation;
  config.epoch_min = stream.epoch;
  config.quantum = slice.quantum;
  config.payload_bytes =
      stream.control ? wire::kMaxPayloadBytes : sizeof(float) * stream.channels * slice.quantum;
  config.fixed_size = !stream.control;
  config.slots = SlotsOf(slice.quantum);
  config.first = received.first;
  hearing_.Start(slice.quantum);
  asker_.Start({.after = slice.repair_after, .again = 2 * slice.repair_after}, slice.quantum);
  return merge_.Prepare(config, arena);
}

void Input::Adopt(const Received& received) {
  received_ = received;
  for (std::size_t i = 0; i < merge_.legs().size(); ++i) {
    const Incarnation incarnation = merge_.legs()[i].incarnation;
    const bool known = std::any_of(
        received_.producers.begin(), received_.producers.end(),
        [incarnation](const Member& member) { return member.incarnation == incarnation; });
    if (incarnation != 0 && !known) merge_.RecycleLeg(static_cast<int>(i));
  }
}

stream::Offer Input::Take(const wire::RtpPacket& packet, MediaTime came, Frames hold) {
  const Member* const producer = FindProducer(received_.producers, packet.incarnation);
  if (producer == nullptr) return stream::Offer::kRefused;
  if (received_.stream.control && !MakesSense(packet, merge_.config().quantum)) {
    return stream::Offer::kRefused;
  }
  const int leg = merge_.LegOf(producer->incarnation, 0);
  if (leg < 0) return stream::Offer::kRefused;
  const PacketIndex k =
      stream::PacketIndexFrom(packet.timestamp, merge_.config().quantum, merge_.next());
  const stream::Offer offer = merge_.Take(packet, leg);
  hearing_.Took(packet, offer, k, came, hold);
  return offer;
}

bool Input::Use(PacketIndex k, stream::Selected& selected) {
  const bool found = merge_.At(k, selected);
  hearing_.Used(k, found, found && selected.tainted);
  return found;
}

void Input::Release(PacketIndex k) {
  k = std::min(k, received_.end);
  if (merge_.next() < k) merge_.Release(k - 1);
}

bool Input::Ask(PacketIndex expected_end, MediaTime now, wire::Nack& nack) {
  if (!asker_.Ask(merge_, std::min(expected_end, received_.end), now, nack)) return false;
  hearing_.Asked();
  return true;
}

}  // namespace continuo::mcu
