// SPDX-License-Identifier: Apache-2.0
#include "proto/session/segment_codec.h"

#include <cstdint>

namespace continuo::session {

void WriteSegment(const Segment& segment, ByteWriter& out) {
  out.Le(segment.version);
  out.Le(segment.n0);
  out.Le(segment.tick0);
  out.Le(segment.tempo_mbpm);
  out.Le<std::uint8_t>(segment.playing ? 1 : 0);
  out.Le(segment.meter_num);
  out.Le(segment.meter_den);
  out.Le(segment.bar_tick);
  out.Le(segment.bar_number);
  out.Le<std::uint8_t>(segment.muted ? 1 : 0);
  out.Le(segment.mute_n0);
}

bool ReadSegment(ByteReader& in, Segment& segment) {
  segment.version = in.Le<std::uint32_t>();
  segment.n0 = in.Le<MediaTime>();
  segment.tick0 = in.Le<Ticks>();
  segment.tempo_mbpm = in.Le<std::uint32_t>();
  const auto playing = in.Le<std::uint8_t>();
  segment.playing = playing == 1;
  segment.meter_num = in.Le<std::uint8_t>();
  segment.meter_den = in.Le<std::uint8_t>();
  segment.bar_tick = in.Le<Ticks>();
  segment.bar_number = in.Le<std::uint32_t>();
  const auto muted = in.Le<std::uint8_t>();
  segment.muted = muted == 1;
  segment.mute_n0 = in.Le<MediaTime>();
  return in.ok() && playing <= 1 && muted <= 1 && IsValid(segment);
}

}  // namespace continuo::session
