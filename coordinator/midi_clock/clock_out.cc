// SPDX-License-Identifier: Apache-2.0
#include "coordinator/midi_clock/clock_out.h"

#include <algorithm>

namespace continuo::coordinator::midi_clock {
namespace {

using session::Segment;
using session::Ticks;

/// Half a clock, in samples, at a thousandth of a quarter note a minute.
constexpr Frames kHalfClock = 60LL * 1'000 * kSampleRate / 24 / 2;

Ticks RoundUp(Ticks ticks, Ticks unit) {
  return (ticks + unit - 1) / unit;
}

}  // namespace

void ClockOut::Run(const Score& score, MediaTime from, MediaTime to, Out& out) {
  const bool plays = score.plays && !score.segments.all().empty();
  if (!plays || (heard_until_ && *heard_until_ != from)) {
    TellStop(from, out);
    Forget();
  }
  if (!plays) return;
  heard_until_ = to;
  for (MediaTime at = from; at < to;) {
    const Segment& segment = *score.segments.At(at);
    const Segment* const next = score.segments.After(at);
    const MediaTime end = next == nullptr ? to : std::min(to, next->n0);
    if (begun_ && *begun_ > at && (next == nullptr || next->n0 != *begun_ || !next->playing)) {
      TellStop(at, out);  // it was taken back
    }
    if (entered_ != segment) Enter(segment, at, out);
    if (!segment.playing && next != nullptr && next->playing) {
      Await(*next, at, end, out);
    } else {
      Tick(at, end, out);
    }
    at = end;
  }
}

void ClockOut::Forget() {
  heard_until_.reset();
  entered_.reset();
  place_.reset();
  begin_.reset();
}

void ClockOut::Enter(const Segment& segment, MediaTime at, Out& out) {
  if (!segment.playing) {
    Stand(segment, at, out);
  } else if (GoesOn(segment, at)) {
    line_ = segment;  // and the clocks are counted on
  } else {
    Roll(segment, at, out);
  }
  entered_ = segment;
}

/// The same music at another tempo, or in another meter. Of segments that were never seen, or seen late, it may differ
/// a little from what was said.
bool ClockOut::GoesOn(const Segment& segment, MediaTime at) const {
  if (!entered_ || !entered_->playing) return false;
  const Ticks apart = segment.At(at) - line_.At(at);
  return apart <= kTicksPerClock / 2 && apart >= -kTicksPerClock / 2;
}

void ClockOut::Roll(const Segment& segment, MediaTime at, Out& out) {
  line_ = segment;
  const Ticks position = segment.At(at);
  next_ = RoundUp(position, kTicksPerClock);
  if (begun_ == segment.n0 && position == segment.tick0) {
    begun_.reset();
    return;
  }
  TellStop(at, out);
  begin_ = RoundUp(position, kTicksPerSixteenth);
  if (*begin_ > 0) TellPlace(*begin_, at, out);
}

void ClockOut::Stand(const Segment& segment, MediaTime at, Out& out) {
  TellStop(at, out);
  begin_.reset();
  if (entered_) {
    line_ = session::Rebase(line_, at);
  } else {
    line_ = segment;
    line_.n0 = at;
    line_.tick0 = next_ = 0;
  }
  line_.playing = true;
  line_.tempo_mbpm = segment.tempo_mbpm;
  TellPlace(RoundUp(segment.tick0, kTicksPerSixteenth), at, out);
}

void ClockOut::Tick(MediaTime from, MediaTime to, Out& out) {
  for (;; ++next_) {
    const MediaTime clock = std::max(from, line_.When(next_ * kTicksPerClock));
    if (begin_ && next_ * kTicksPerClock >= *begin_ * kTicksPerSixteenth) {
      const MediaTime begin = std::max(from, clock - kAhead);
      if (begin >= to) return;
      Begin(*begin_, begin, out);
      begin_.reset();
    }
    if (clock >= to) return;
    out.push_back({clock, {.kind = Midi::kClock}});
  }
}

/// The show stands and is known to roll soon. No clock shortly before the first that counts.
void ClockOut::Await(const Segment& roll, MediaTime from, MediaTime to, Out& out) {
  Tick(from, std::clamp(roll.n0 - kHalfClock / roll.tempo_mbpm, from, to), out);
  if (begun_ || roll.tick0 % kTicksPerSixteenth != 0) return;
  const MediaTime begin = std::max(from, roll.n0 - kAhead);
  if (begin >= to) return;
  const Ticks sixteenth = roll.tick0 / kTicksPerSixteenth;
  if (sixteenth > 0) TellPlace(sixteenth, begin, out);
  Begin(sixteenth, begin, out);
  begun_ = roll.n0;
}

void ClockOut::Begin(Ticks sixteenth, MediaTime at, Out& out) {
  out.push_back({at, {.kind = sixteenth == 0 ? Midi::kStart : Midi::kContinue}});
  rolls_ = true;
  place_.reset();
}

void ClockOut::TellPlace(Ticks sixteenth, MediaTime at, Out& out) {
  if (place_ == sixteenth) return;
  place_ = sixteenth;
  if (sixteenth > kMostSixteenths) {
    beyond_.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  out.push_back(
      {at, {.kind = Midi::kSongPosition, .sixteenths = static_cast<std::uint16_t>(sixteenth)}});
}

void ClockOut::TellStop(MediaTime at, Out& out) {
  begun_.reset();
  if (!rolls_) return;
  out.push_back({at, {.kind = Midi::kStop}});
  rolls_ = false;
  place_.reset();
}

}  // namespace continuo::coordinator::midi_clock
