// SPDX-License-Identifier: Apache-2.0
#include "proto/session/conductor.h"

#include <algorithm>

#include "proto/session/segment_codec.h"

namespace continuo::session {
namespace {

constexpr std::uint8_t kSnapshotVersion = 2;

void Locate(Segment& segment, Ticks tick, const TempoMap& map) {
  segment.tick0 = tick;
  if (!map.marks.empty()) segment.tempo_mbpm = map.At(tick);
  if (tick >= segment.bar_tick) return;
  // The meter has no history: before its change, bars are counted from the beginning in the meter
  // of now.
  segment.bar_tick = 0;
  segment.bar_number = 1;
}

// A new meter begins a new bar where it comes in. One that comes in less than 1/960 of a beat after
// a bar line was meant for that line: no sample falls exactly on it.
void ChangeMeter(Segment& segment, std::uint8_t num, std::uint8_t den) {
  BarBeat line = ToBarBeat(segment, segment.tick0);
  const bool on_line = line.beat == 1 && line.sub == 0;
  if (on_line) {
    segment.bar_tick = FromBarBeat(segment, line);
  } else {
    ++line.bar;
    segment.bar_tick = segment.tick0;
  }
  segment.bar_number = static_cast<std::uint32_t>(line.bar);
  segment.meter_num = num;
  segment.meter_den = den;
}

// A fade that is still on is waited for, and one that waits is taken back, so that the gain never jumps.
void Mute(Segment& segment, bool muted, MediaTime at) {
  if (segment.muted == muted) return;
  const bool waits = at < segment.mute_n0;
  const MediaTime earliest = segment.mute_n0 == 0 ? at : segment.mute_n0 + kMuteFade;
  segment.mute_n0 = waits ? segment.mute_n0 - kMuteFade : std::max(at, earliest);
  segment.muted = muted;
}

void AddRecall(const Event& event, ControlQuantum& out) {
  if (out.recalls.full()) out.recalls.pop_back();
  out.recalls.push_back({event.at, static_cast<std::uint16_t>(event.value)});
}

void Apply(const Event& event, const TempoMap& map, Segment& segment) {
  switch (event.command) {
    case Command::kPlay:
      segment.playing = true;
      break;
    case Command::kStop:
      segment.playing = false;
      break;
    case Command::kLocate:
      Locate(segment, event.value, map);
      break;
    case Command::kTempo:
      segment.tempo_mbpm = static_cast<std::uint32_t>(event.value);
      break;
    case Command::kMeter: {
      const auto num = static_cast<std::uint8_t>(event.value >> 8);
      const auto den = static_cast<std::uint8_t>(event.value & 0xff);
      if (num != segment.meter_num || den != segment.meter_den) ChangeMeter(segment, num, den);
      break;
    }
    case Command::kMute:
      return Mute(segment, event.value == 1, event.at);
    case Command::kScene:  // of one sample: no segment of the timeline
    case Command::kPlanVersion:
    case Command::kParam:
    case Command::kJoin:
      break;
  }
}

}  // namespace

const char* CheckCommand(const Event& event) {
  if (event.at < 0 || event.at >= kMediaTimeLimit)
    return "its date is outside the range of media time";
  const std::int64_t value = event.value;
  switch (event.command) {
    case Command::kParam:
      return "the conductor has no parameters";
    case Command::kPlay:
    case Command::kStop:
      return nullptr;
    case Command::kLocate:
      return value >= 0 && value < kTickLimit
                 ? nullptr
                 : "the position is before bar 1 or beyond the end of time";
    case Command::kTempo:
      return value >= kTempoMinMilliBpm && value <= kTempoMaxMilliBpm
                 ? nullptr
                 : "the tempo is outside 10 to 999 bpm";
    case Command::kMeter:
      return value >= 0 && IsMeter(value >> 8, value & 0xff)
                 ? nullptr
                 : "a meter is 1 to 32 over 1, 2, 4, 8, 16 or 32";
    case Command::kPlanVersion:
      return value >= 1 && value <= 0xffffffff ? nullptr
                                               : "a plan version is a number from 1 to 4294967295";
    case Command::kMute:
      return value == 0 || value == 1 ? nullptr : "1 mutes, 0 lets sound again";
    case Command::kScene:
      return value >= 1 && value <= kMaxScenes ? nullptr : "a scene is numbered from 1 to 64";
    case Command::kJoin:
      return "replicas agree on their members themselves";
  }
  return "the command is unknown";
}

void Conductor::Start(const Segment& segment, std::uint32_t plan_version, const TempoMarks& marks) {
  segment_ = segment;
  plan_version_ = plan_version;
  map_ = {segment.tempo_mbpm, marks};
}

MediaTime Conductor::NextMark() const {
  if (!segment_.playing) return kMediaTimeLimit;
  const TempoMark* const mark = map_.Next(segment_.tick0);
  return mark == nullptr ? kMediaTimeLimit : std::min(segment_.When(mark->tick), kMediaTimeLimit);
}

void Conductor::Run(MediaTime n, int frames, std::span<const Event> events, ControlQuantum& out) {
  out.n = n;
  out.frames = frames;
  out.segments.clear();
  out.segments.push_back(segment_);
  out.recalls.clear();
  std::uint32_t next_plan = plan_version_;
  std::size_t i = 0;
  while (i < events.size()) {
    std::size_t end = i + 1;
    while (end < events.size() && events[end].at == events[i].at) ++end;
    const MediaTime at = events[i].at;
    const auto same_sample = events.subspan(i, end - i);
    i = end;
    if (at < n || at >= n + frames) continue;
    // Whoever asks for a tempo on the very sample of a mark is heard.
    while (NextMark() <= at) PassMark(std::max(NextMark(), n), out);
    Change(same_sample, out);
    for (const Event& event : same_sample) {
      if (CheckCommand(event) != nullptr) continue;
      if (event.command == Command::kScene) AddRecall(event, out);
      if (event.command != Command::kPlanVersion) continue;
      next_plan = std::max(next_plan, static_cast<std::uint32_t>(event.value));
    }
    if (at == n) plan_version_ = next_plan;
  }
  while (NextMark() < n + frames) PassMark(std::max(NextMark(), n), out);
  out.plan_version = plan_version_;
  plan_version_ = next_plan;
}

void Conductor::PassMark(MediaTime at, ControlQuantum& out) {
  Segment after = Rebase(segment_, at);
  after.tempo_mbpm = map_.At(after.tick0);
  Put(after, out);
}

void Conductor::Change(std::span<const Event> same_sample, ControlQuantum& out) {
  const Segment before = Rebase(segment_, same_sample.front().at);
  Segment after = before;
  for (const Event& event : same_sample) {
    if (CheckCommand(event) == nullptr) Apply(event, map_, after);
  }
  if (after != before) Put(after, out);
}

void Conductor::Put(Segment after, ControlQuantum& out) {
  ++after.version;
  segment_ = after;
  const bool replaces =
      after.n0 == out.segments.back().n0 || after.n0 == out.n || out.segments.full();
  if (replaces) out.segments.pop_back();
  out.segments.push_back(after);
}

void Conductor::Snapshot(ByteWriter& out) const {
  out.Le(kSnapshotVersion);
  out.Le(plan_version_);
  WriteSegment(segment_, out);
}

bool Conductor::Restore(ByteReader& in) {
  const auto version = in.Le<std::uint8_t>();
  const auto plan_version = in.Le<std::uint32_t>();
  Segment segment;
  if (!ReadSegment(in, segment) || version != kSnapshotVersion) return false;
  segment_ = segment;
  plan_version_ = plan_version;
  return true;
}

}  // namespace continuo::session
