// SPDX-License-Identifier: Apache-2.0
#include "proto/stream/repair.h"

#include <algorithm>

namespace continuo::stream {

void RepairAsker::Start(const Config& config, int quantum) {
  *this = RepairAsker();
  config_ = config;
  // Less, and each call would begin anew; all of one, and every second call would come a sample too soon.
  config_.again = std::max<Frames>(config.again, quantum * 3 / 4);
}

// Two horizons instead of an age for each packet: what lay below the younger one for `after` is
// ripe.
void RepairAsker::Ripen(PacketIndex horizon, MediaTime now) {
  if (!started_) {
    started_ = true;
    young_end_ = horizon;
    young_since_ = round_since_ = now;
  } else if (now - young_since_ >= config_.after) {
    ripe_end_ = young_end_;
    young_end_ = horizon;
    young_since_ = now;
  }
}

bool RepairAsker::IsHole(const Merge& merge, PacketIndex k) const {
  Selected selected;
  if (!merge.At(k, selected)) return true;
  return selected.tainted && k >= asked_end_;
}

bool RepairAsker::Ask(const Merge& merge, PacketIndex expected_end, MediaTime now,
                      wire::Nack& nack) {
  Ripen(std::max(merge.newest() + 1, expected_end), now);
  if (now - round_since_ >= config_.again) {
    round_since_ = now;
    cursor_ = merge.next();
  }
  cursor_ = std::max(cursor_, merge.next());
  const PacketIndex end = std::min(ripe_end_, merge.next() + merge.config().slots);
  while (cursor_ < end && !IsHole(merge, cursor_)) ++cursor_;
  const PacketIndex asked_before = asked_end_;
  asked_end_ = std::max(asked_end_, cursor_);
  if (cursor_ >= end) return false;
  insists_ = cursor_ < asked_before;

  nack = {};
  nack.ssrc = merge.config().ssrc;
  nack.first = cursor_;
  nack.mask = 0;
  for (int bit = 0; bit < 64 && cursor_ < end; ++bit, ++cursor_) {
    if (IsHole(merge, cursor_)) nack.mask |= std::uint64_t{1} << bit;
  }
  asked_end_ = std::max(asked_end_, cursor_);
  ++asked_;
  return true;
}

bool SenderRing::Prepare(int slots, std::size_t datagram_bytes_max, Arena& arena) {
  if (slots <= 0 || (slots & (slots - 1)) != 0) return false;
  count_ = slots;
  stride_ = datagram_bytes_max;
  slots_ = arena.Take<Slot>(static_cast<std::size_t>(slots));
  bytes_ = arena.Take<std::uint8_t>(static_cast<std::size_t>(slots) * stride_);
  return slots_ != nullptr && bytes_ != nullptr;
}

std::span<std::uint8_t> SenderRing::Room(PacketIndex k) {
  slots_[IndexOf(k)] = {};
  return {bytes_ + IndexOf(k) * stride_, stride_};
}

void SenderRing::Commit(PacketIndex k, std::size_t bytes) {
  slots_[IndexOf(k)] = {k, std::min(bytes, stride_)};
}

std::span<std::uint8_t> SenderRing::Find(PacketIndex k) {
  const Slot& slot = slots_[IndexOf(k)];
  if (slot.k != k || k < 0) return {};
  return {bytes_ + IndexOf(k) * stride_, slot.bytes};
}

}  // namespace continuo::stream
