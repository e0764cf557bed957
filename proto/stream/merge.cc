// SPDX-License-Identifier: Apache-2.0
#include "proto/stream/merge.h"

#include <algorithm>
#include <cstring>

#include "proto/stream/identity.h"

namespace continuo::stream {
namespace {

bool IsTainted(const wire::RtpPacket& packet) {
  return (packet.flags & (wire::kFlagTainted | wire::kFlagConcealed)) != 0;
}

bool MakesSense(const MergeConfig& config) {
  const bool power_of_two = config.slots > 0 && (config.slots & (config.slots - 1)) == 0;
  const bool size = config.payload_bytes > 0 && config.payload_bytes <= wire::kMaxPayloadBytes;
  return power_of_two && size && config.quantum > 0 && config.first >= 0;
}

}  // namespace

bool Merge::Prepare(const MergeConfig& config, Arena& arena) {
  if (!MakesSense(config)) return false;
  config_ = config;
  const auto slots = static_cast<std::size_t>(config.slots);
  slots_ = arena.Take<Slot>(slots);
  payloads_ = arena.Take<std::uint8_t>(slots * config.payload_bytes);
  next_ = counted_ = config.first;
  newest_ = config.first - 1;
  legs_.clear();
  untold_.clear();
  divergences_ = 0;
  return slots_ != nullptr && payloads_ != nullptr;
}

std::uint8_t* Merge::PayloadOf(PacketIndex k) const {
  return payloads_ + static_cast<std::size_t>(k & (config_.slots - 1)) * config_.payload_bytes;
}

int Merge::LegOf(Incarnation incarnation, std::uint8_t network) {
  for (std::size_t i = 0; i < legs_.size(); ++i) {
    if (legs_[i].incarnation == incarnation && legs_[i].network == network) {
      return static_cast<int>(i);
    }
  }
  const auto free =
      std::find_if(legs_.begin(), legs_.end(), [](const Leg& leg) { return leg.incarnation == 0; });
  if (free != legs_.end()) {
    *free = {incarnation, network, {}, false};
    return static_cast<int>(free - legs_.begin());
  }
  const bool added = legs_.push_back({incarnation, network, {}, false});
  return added ? static_cast<int>(legs_.size()) - 1 : -1;
}

void Merge::RecycleLeg(int leg) {
  legs_[static_cast<std::size_t>(leg)] = {};
  for (int i = 0; i < config_.slots; ++i) {
    Slot& slot = slots_[i];
    for (std::int16_t* const one : {&slot.leg, &slot.agreeing, &slot.differing}) {
      if (*one == leg) *one = -1;
    }
  }
  for (std::size_t i = untold_.size(); i-- > 0;) {
    if (untold_[i].kept == leg || untold_[i].differing == leg) untold_.erase(i);
  }
}

bool Merge::Belongs(const wire::RtpPacket& packet) const {
  const std::uint8_t type =
      config_.fixed_size ? wire::kPayloadTypeFloat : wire::kPayloadTypeControl;
  const std::size_t bytes = packet.payload.size();
  const bool size = config_.fixed_size ? bytes == config_.payload_bytes
                                       : bytes > 0 && bytes <= config_.payload_bytes;
  return packet.ssrc == config_.ssrc && packet.generation == config_.generation &&
         packet.epoch >= config_.epoch_min && packet.payload_type == type && size;
}

Offer Merge::Take(const wire::RtpPacket& packet, int leg) {
  if (leg < 0 || leg >= static_cast<int>(legs_.size()) || !Belongs(packet)) return Offer::kRefused;
  const PacketIndex k = PacketIndexFrom(packet.timestamp, config_.quantum, next_);
  if (k < 0 || SequenceOf(k) != packet.sequence) return Offer::kRefused;
  if (k >= next_ + config_.slots) return Offer::kTooEarly;
  LegCounters& counters = legs_[leg].counters;
  counters.last = std::max(counters.last, k);

  const Slot& slot = SlotOf(k);
  const bool joiner = (packet.flags & wire::kFlagJoiner) != 0;
  const bool held = slot.k == k;
  const bool better = !held || (slot.tainted && !IsTainted(packet));
  Offer offer = Offer::kStored;
  if (!better) {
    offer = Compare(k, packet, leg);
  } else if (joiner) {
    offer = Offer::kDuplicate;
  } else if (k < next_) {
    offer = Offer::kLate;
  } else {
    Keep(k, packet, leg);
  }
  ++(offer == Offer::kLate ? counters.late : counters.received);
  return offer;
}

void Merge::Keep(PacketIndex k, const wire::RtpPacket& packet, int leg) {
  Slot& slot = SlotOf(k);
  slot.k = k;
  slot.bytes = static_cast<std::uint32_t>(packet.payload.size());
  slot.leg = static_cast<std::int16_t>(leg);
  slot.agreeing = slot.differing = -1;
  slot.tainted = IsTainted(packet);
  slot.repaired = (packet.flags & wire::kFlagRepair) != 0;
  std::memcpy(PayloadOf(k), packet.payload.data(), packet.payload.size());
  newest_ = std::max(newest_, k);
}

// Tainted copies are nobody's claim to be right, so only two untainted ones can contradict each
// other.
Offer Merge::Compare(PacketIndex k, const wire::RtpPacket& packet, int leg) {
  const Slot& slot = SlotOf(k);
  if (slot.tainted || IsTainted(packet)) return Offer::kDuplicate;
  const bool equal = slot.bytes == packet.payload.size() &&
                     std::memcmp(PayloadOf(k), packet.payload.data(), slot.bytes) == 0;
  const bool joiner = (packet.flags & wire::kFlagJoiner) != 0;
  if (equal && !joiner) NoteEqual(k, leg);
  if (equal || (joiner && legs_[leg].differed)) return Offer::kDuplicate;
  legs_[leg].differed |= joiner;
  ++divergences_;
  NoteDifferent(k, leg);
  return Offer::kDivergent;
}

bool Merge::SameReplica(int leg, int other) const {
  return leg >= 0 && other >= 0 && legs_[leg].incarnation == legs_[other].incarnation;
}

void Merge::NoteEqual(PacketIndex k, int leg) {
  Slot& slot = SlotOf(k);
  if (slot.agreeing >= 0 || SameReplica(leg, slot.leg)) return;
  slot.agreeing = static_cast<std::int16_t>(leg);
  if (slot.differing >= 0) untold_.push_back({k, leg, slot.differing});
}

void Merge::NoteDifferent(PacketIndex k, int leg) {
  Slot& slot = SlotOf(k);
  if (SameReplica(leg, slot.differing)) return;  // it came on another network, too
  slot.differing = static_cast<std::int16_t>(leg);
  untold_.push_back({k, slot.leg, leg});
  if (slot.agreeing >= 0) untold_.push_back({k, slot.agreeing, leg});
}

bool Merge::TakeDivergence(Divergence& divergence) {
  if (untold_.size() == 0) return false;
  divergence = untold_[0];
  untold_.erase(0);
  return true;
}

bool Merge::At(PacketIndex k, Selected& selected) const {
  if (k < next_ || k >= next_ + config_.slots) return false;
  const Slot& slot = SlotOf(k);
  if (slot.k != k) return false;
  selected.payload = {PayloadOf(k), slot.bytes};
  selected.tainted = slot.tainted;
  selected.repaired = slot.repaired;
  selected.leg = slot.leg;
  return true;
}

void Merge::Release(PacketIndex k) {
  // Packets that never had a slot cannot have a winner.
  for (PacketIndex i = std::max(counted_, k - config_.slots + 1); i <= k; ++i) {
    const Slot& slot = SlotOf(i);
    if (slot.k != i || slot.leg < 0) continue;
    LegCounters& counters = legs_[slot.leg].counters;
    ++counters.selected;
    if (slot.repaired) ++counters.repaired;
  }
  next_ = std::max(next_, k + 1);
  counted_ = std::max(counted_, next_);
}

void Merge::Reopen(PacketIndex floor) {
  const auto is_whole = [this](PacketIndex k) { return SlotOf(k).k == k && !SlotOf(k).tainted; };
  while (next_ > std::max(floor, config_.first) && is_whole(next_ - 1)) --next_;
}

}  // namespace continuo::stream
