// SPDX-License-Identifier: Apache-2.0
// What a part and its fellows say to each other, and whom it doubts.
#include <algorithm>

#include "agent-mcu/core/part.h"

namespace continuo::mcu {

void Part::Tick(MediaTime now) {
  const bool deaf = now - heard_ >= slice_.silence * 3 / 4;
  const int before = replica_.live_members();
  replica_.Tick(now);
  if (doubts_until_ != 0 && now >= doubts_until_) doubts_ = false;
  if (!deaf || replica_.live_members() >= before) return;
  doubts_ = true;
  doubts_until_ = 0;
}

bool Part::TakeFellows(std::span<const std::uint8_t> datagram, MediaTime now) {
  wire::FellowFrameReader frame(datagram);
  wire::FellowMessage message;
  while (frame.Next(message)) {
    if (message.task == slice_.task.id && message.to == slice_.self) {
      if (NodeOf(message.from) == 0) Meet(message.from, PlaceOf(frame.from_node()));
      const auto& excluded = message.excluded;
      // Who has just woken from a stall itself may be the one that was left behind.
      if (doubts_ && !message.fenced &&
          std::find(excluded.begin(), excluded.end(), slice_.self) != excluded.end()) {
        failure_ = "it was cut off, and its fellows went on";
        return true;
      }
      replica_.OnFellow(message, now);
    }
  }
  return frame.ok();
}

bool Part::Doubts(Incarnation fellow) const {
  return doubts_ && fellow != slice_.self && !replica_.Needs(fellow);
}

void Part::Tell(const Place& place, wire::FellowMessage& message, Exit& exit) {
  message.rewired = slice_.rewired;
  wire::FellowFrameWriter frame(datagram_, slice_.node);
  if (frame.Add(message)) exit.Send(place, std::span(datagram_).first(frame.size()));
}

void Part::Exchange(Exit& exit) {
  if (!active()) return;
  wire::FellowMessage message;
  // Like one that woke from a stall, it judges nobody: whoever has given it up, and goes on, says so.
  message.task = slice_.task.id;
  message.from = slice_.self;
  message.fenced = true;
  for (const Member& member : slice_.members) {
    const Place* const place = PlaceFor(member.incarnation);
    if (place == nullptr || !Doubts(member.incarnation)) continue;
    message.to = member.incarnation;
    Tell(*place, message, exit);
  }
  for (const Incarnation fellow : replica_.Fellows()) {
    const Place* const place = PlaceFor(fellow);
    if (place == nullptr || Doubts(fellow) || !replica_.MessageFor(fellow, message)) continue;
    Tell(*place, message, exit);
  }
}

}  // namespace continuo::mcu
