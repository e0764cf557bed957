// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/core/hearing.h"

#include <algorithm>
#include <cstdlib>

namespace continuo::mcu {
namespace {

/// What was asked for again was lost, not late; what is flagged has waited as long as it might: they do not say how
/// long the way is.
bool TellsTheWay(const wire::RtpPacket& packet) {
  constexpr std::uint8_t kSaysNothing =
      wire::kFlagRepair | wire::kFlagTainted | wire::kFlagConcealed | wire::kFlagJoiner;
  return (packet.flags & kSaysNothing) == 0;
}

}  // namespace

void Hearing::Took(const wire::RtpPacket& packet, stream::Offer offer, PacketIndex k,
                   MediaTime came, Frames hold) {
  if (offer == stream::Offer::kRefused || offer == stream::Offer::kTooEarly) return;
  heard_.bytes += wire::kRtpOverheadBytes + packet.payload.size();
  if (offer == stream::Offer::kLate) {
    ++heard_.late;
    return;
  }
  if (offer != stream::Offer::kStored) {
    ++heard_.duplicates;
    return;
  }
  ++heard_.received;
  const bool repaired = (packet.flags & wire::kFlagRepair) != 0;
  if (repaired) ++heard_.repaired;
  if (!repaired && k < newest_) ++heard_.reordered;
  newest_ = std::max(newest_, k);
  if (TellsTheWay(packet)) NoteDelay(k, came);
  if (hold < 0) return;
  const Frames margin = (k + 1) * quantum_ + hold - came;
  heard_.margin_min = static_cast<std::int32_t>(std::clamp<Frames>(
      margin, -Heard::kNoMargin, std::min<Frames>(heard_.margin_min, Heard::kNoMargin - 1)));
}

// RFC 3550, 6.4.1 and A.8, in sixteenths: rounding down would keep it from ever reaching zero.
void Hearing::NoteDelay(PacketIndex k, MediaTime came) {
  heard_.came.Note(came - (k + 1) * quantum_);
  const Frames transit = came - k * quantum_;
  if (timed_) {
    constexpr Frames kMost = 1 << 24;
    const Frames deviation = std::min(std::abs(transit - last_transit_), kMost);
    heard_.jitter += static_cast<std::uint32_t>(deviation) - ((heard_.jitter + 8) >> 4);
  }
  timed_ = true;
  last_transit_ = transit;
}

void Hearing::Used(PacketIndex k, bool found, bool tainted) {
  if (found && tainted) ++heard_.tainted;
  if (found) return;
  ++heard_.lost;
  auto& dropouts = heard_.dropouts;
  if (dropouts.size() != 0 && dropouts.back().first + dropouts.back().packets == k) {
    ++dropouts.back().packets;
    return;
  }
  if (dropouts.full()) dropouts.erase(0);
  dropouts.push_back({.first = k, .packets = 1});
}

}  // namespace continuo::mcu
