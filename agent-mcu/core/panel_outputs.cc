// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/core/panel_outputs.h"

#include <algorithm>

namespace continuo::mcu {
namespace {

using session::Segment;
using session::Ticks;

constexpr Ticks kSixteenth = session::kTicksPerBeat / 4;
constexpr Frames kClick = FramesOfMs(10);
constexpr std::uint8_t kDim = 2;

constexpr std::size_t IndexOf(PanelOutput output) {
  return static_cast<std::size_t>(output);
}

/// Where the beat began in which the music is, and how long it stays lit.
struct Beat {
  Ticks from = 0, lit = 0;
  bool begins_bar = false;
};

Beat BeatAt(const Segment& segment, Ticks tick) {
  session::BarBeat at = session::ToBarBeat(segment, tick);
  at.sub = 0;
  const Ticks length = 4 * session::kTicksPerBeat / segment.meter_den;
  return {session::FromBarBeat(segment, at), std::min(kSixteenth, length / 2), at.beat == 1};
}

const Segment* HeardAt(const PanelWish& wish, MediaTime heard) {
  const Segment* found = nullptr;
  for (const Segment& segment : wish.segments) {
    if (segment.n0 <= heard) found = &segment;
  }
  return found;
}

/// `level` until sample `end` of the show, then nothing; since `begin`.
Lit Until(MediaTime begin, MediaTime end, std::uint8_t level, MediaTime heard) {
  return heard < end ? Lit{level, begin} : Lit{0, end};
}

Lit RelayAt(const PanelWish& wish, const Segment& segment, Ticks tick) {
  MediaTime off_since = segment.n0;
  for (const Stretch& stretch : wish.relay) {
    if (tick >= stretch.from && tick < stretch.to) {
      return {kBrightest, segment.When(stretch.from)};
    }
    if (tick >= stretch.to) off_since = std::max(off_since, segment.When(stretch.to));
  }
  return {0, off_since};
}

}  // namespace

std::array<Lit, kPanelOutputs> OutputsAt(const PanelWish& wish, std::uint8_t meter,
                                         MediaTime heard) {
  std::array<Lit, kPanelOutputs> outputs{};
  outputs.fill({0, heard});
  for (std::size_t i = 0; i < kMeterLamps; ++i) {
    outputs[IndexOf(PanelOutput::kMeter) + i] = {i < meter ? kBrightest : std::uint8_t{0}, heard};
  }
  const Segment* const segment = HeardAt(wish, heard);
  if (segment == nullptr) return outputs;
  const Ticks tick = segment->At(heard);
  outputs[IndexOf(PanelOutput::kRelay)] = RelayAt(wish, *segment, tick);
  Lit& tempo = outputs[IndexOf(PanelOutput::kTempo)] = {0, segment->n0};
  Lit& click = outputs[IndexOf(PanelOutput::kClick)] = {0, segment->n0};
  outputs[IndexOf(PanelOutput::kTransport)] = {segment->playing ? kBrightest : std::uint8_t{0},
                                               segment->n0};
  if (!segment->playing) return outputs;
  const Beat beat = BeatAt(*segment, tick);
  const MediaTime began = segment->When(beat.from);
  tempo =
      Until(began, segment->When(beat.from + beat.lit), beat.begins_bar ? kBrightest : kDim, heard);
  click = Until(began, began + kClick, kBrightest, heard);
  // Of a beat that was before this segment nothing is heard again.
  if (beat.from < segment->tick0) click = {0, segment->n0};
  return outputs;
}

}  // namespace continuo::mcu
