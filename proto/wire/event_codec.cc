// SPDX-License-Identifier: Apache-2.0
#include "proto/wire/event_codec.h"

namespace continuo::wire {

static_assert(kEventBytes == 8 + 8 + 1 + 2 + 8);

void WriteEvent(const Event& event, ByteWriter& out) {
  out.Le(event.at);
  out.Le(event.id);
  out.Le(static_cast<std::uint8_t>(event.command));
  out.Le(event.target);
  out.Le(event.value);
}

bool ReadEvent(ByteReader& in, Event& event) {
  event.at = in.Le<MediaTime>();
  event.id = in.Le<EventId>();
  event.command = static_cast<Command>(in.Le<std::uint8_t>());
  event.target = in.Le<std::uint16_t>();
  event.value = in.Le<std::int64_t>();
  return in.ok() && IsMediaTime(event.at) && IsCommand(event.command);
}

}  // namespace continuo::wire
