// SPDX-License-Identifier: Apache-2.0
#include "proto/session/timeline.h"

#include <algorithm>

namespace continuo::session {
namespace {

// One sample is tempo_mbpm * 16 / 46875 ticks (timeline.h).
constexpr std::int64_t kTicksNumerator = 16;
constexpr std::int64_t kTicksDenominator = 46'875;

constexpr Ticks kTicksPerSub = kTicksPerBeat / 960;

std::int64_t TicksPer46875Samples(const Segment& segment) {
  return kTicksNumerator * segment.tempo_mbpm;
}

Ticks BeatLength(const Segment& segment) {
  return 4 * kTicksPerBeat / segment.meter_den;
}
Ticks BarLength(const Segment& segment) {
  return segment.meter_num * BeatLength(segment);
}

}  // namespace

Ticks Segment::At(MediaTime n) const {
  if (!playing || n <= n0) return tick0;
  const std::int64_t rate = TicksPer46875Samples(*this);
  const MediaTime whole = (n - n0) / kTicksDenominator;
  const MediaTime rest = (n - n0) % kTicksDenominator;
  return tick0 + whole * rate + rest * rate / kTicksDenominator;
}

MediaTime Segment::When(Ticks tick) const {
  if (tick <= tick0) return n0;
  // floor(dn * rate / 46875) >= d  <=>  dn >= d * 46875 / rate, since d is an integer.
  const std::int64_t rate = TicksPer46875Samples(*this);
  const Ticks whole = (tick - tick0) / rate;
  const Ticks rest = (tick - tick0) % rate;
  return n0 + whole * kTicksDenominator + (rest * kTicksDenominator + rate - 1) / rate;
}

bool IsMeter(std::int64_t num, std::int64_t den) {
  const bool power_of_two = den >= 1 && den <= 32 && (den & (den - 1)) == 0;
  return num >= 1 && num <= 32 && power_of_two;
}

bool IsValid(const Segment& segment) {
  const auto in_range = [](std::int64_t value, std::int64_t limit) {
    return value >= 0 && value < limit;
  };
  return in_range(segment.n0, kMediaTimeLimit) && in_range(segment.tick0, kTickLimit) &&
         in_range(segment.bar_tick, kTickLimit) && in_range(segment.mute_n0, kMediaTimeLimit) &&
         segment.tempo_mbpm >= kTempoMinMilliBpm && segment.tempo_mbpm <= kTempoMaxMilliBpm &&
         IsMeter(segment.meter_num, segment.meter_den);
}

Segment Rebase(const Segment& segment, MediaTime n) {
  Segment next = segment;
  next.n0 = n;
  next.tick0 = std::min(segment.At(n), kTickLimit - 1);
  return next;
}

BarBeat ToBarBeat(const Segment& segment, Ticks tick) {
  const Ticks bar_length = BarLength(segment);
  const Ticks from_bar = tick - segment.bar_tick;
  Ticks bars = from_bar / bar_length;
  Ticks rest = from_bar % bar_length;
  if (rest < 0) {
    --bars;
    rest += bar_length;
  }
  BarBeat at;
  at.bar = segment.bar_number + bars;
  at.beat = static_cast<int>(rest / BeatLength(segment)) + 1;
  at.sub = static_cast<int>(rest % BeatLength(segment) / kTicksPerSub);
  return at;
}

Ticks FromBarBeat(const Segment& segment, const BarBeat& at) {
  return segment.bar_tick + (at.bar - segment.bar_number) * BarLength(segment) +
         (at.beat - 1) * BeatLength(segment) + at.sub * kTicksPerSub;
}

const Segment& SegmentAt(const ControlQuantum& quantum, MediaTime n) {
  std::size_t i = quantum.segments.size() - 1;
  while (i > 0 && quantum.segments[i].n0 > n) --i;
  return quantum.segments[i];
}

}  // namespace continuo::session
