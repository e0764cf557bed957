// SPDX-License-Identifier: Apache-2.0
#include "proto/mcu/segment_message.h"

namespace continuo::mcu {

void Put(const session::Segment& segment, message::Segment& into) {
  into.version = segment.version;
  into.n0 = segment.n0;
  into.tick0 = segment.tick0;
  into.tempo_mbpm = segment.tempo_mbpm;
  into.playing = segment.playing;
  into.meter_num = segment.meter_num;
  into.meter_den = segment.meter_den;
  into.bar_tick = segment.bar_tick;
  into.bar_number = segment.bar_number;
  into.muted = segment.muted;
  into.mute_n0 = segment.mute_n0;
}

bool Take(const message::Segment& from, session::Segment& segment) {
  segment.version = from.version;
  segment.n0 = from.n0;
  segment.tick0 = from.tick0;
  segment.tempo_mbpm = from.tempo_mbpm;
  segment.playing = from.playing;
  segment.meter_num = from.meter_num;
  segment.meter_den = from.meter_den;
  segment.bar_tick = from.bar_tick;
  segment.bar_number = from.bar_number;
  segment.muted = from.muted;
  segment.mute_n0 = from.mute_n0;
  return session::IsValid(segment);
}

}  // namespace continuo::mcu
