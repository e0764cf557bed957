// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "dsp/base/bytes.h"
#include "proto/wire/event.h"

// Events as bytes, in messages between fellows and in snapshots: {at i64, id u64, command u8, target u16, value i64}.

namespace continuo::wire {

inline constexpr std::size_t kEventBytes = 27;
/// May come in from outside as a media time, or as the index of a packet.
constexpr bool IsMediaTime(MediaTime n) {
  return n > -kMediaTimeLimit && n < kMediaTimeLimit;
}

/// Real-time safe.
void WriteEvent(const Event& event, ByteWriter& out);
/// False, and `event` unspecified, if there are too few bytes, the command is unknown or the date is out of range.
/// Real-time safe.
bool ReadEvent(ByteReader& in, Event& event);

}  // namespace continuo::wire
