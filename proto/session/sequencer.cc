// SPDX-License-Identifier: Apache-2.0
#include "proto/session/sequencer.h"

#include <algorithm>

#include "proto/session/segment_codec.h"

namespace continuo::session {
namespace {

/// Samples that `tick` lies after the beginning of the session, had it always had this segment's tempo.
Frames FramesAt(const Segment& segment, Ticks tick) {
  const std::int64_t per = static_cast<std::int64_t>(segment.tempo_mbpm) * 16;
  return tick <= 0 ? 0 : (tick / per) * 46875 + (tick % per) * 46875 / per;
}

constexpr Ticks kMostTicksPerSample = Ticks{kTempoMaxMilliBpm} * 16 / 46875 + 1;

}  // namespace

/// Where the notes of one quantum go.
struct Sequencer::Sink {
  std::span<SequencedNote> out;
  std::size_t count = 0;
  std::uint64_t dropped = 0;

  void Put(const SequencedNote& note) {
    if (count < out.size()) {
      out[count++] = note;
    } else {
      ++dropped;
    }
  }
};

void Sequencer::Start(const NoteFile* file, const SequencerConfig& config) {
  file_ = file;
  config_ = config;
  followed_ = Segment{};
  entry_tick_ = 0;
  started_ = false;
  dropped_ = 0;
}

int Sequencer::Run(const ControlQuantum& quantum, std::span<SequencedNote> out) {
  Sink sink{.out = out};
  const MediaTime end = quantum.n + quantum.frames;
  const auto& segments = quantum.segments;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const MediaTime from = std::clamp(segments[i].n0, quantum.n, end);
    const MediaTime to = i + 1 < segments.size() ? std::clamp(segments[i + 1].n0, from, end) : end;
    if (!started_ || !(segments[i] == followed_)) Follow(segments[i], from, sink);
    if (followed_.playing && from < to) PlayStretch(from, to, sink);
  }
  dropped_ += sink.dropped;
  return static_cast<int>(sink.count);
}

Ticks Sequencer::NextTick(MediaTime n) const {
  return n > followed_.n0 ? followed_.At(n - 1) + 1 : entry_tick_;
}

Ticks Sequencer::Period(const Segment& segment) const {
  if (file_ == nullptr || file_->notes.empty()) return 0;
  const Ticks bar = segment.meter_num * (4 * kTicksPerBeat / segment.meter_den);
  const Ticks length = std::max({file_->length, file_->notes.back().tick, Ticks{1}});
  return (length + bar - 1) / bar * bar;
}

void Sequencer::Follow(const Segment& segment, MediaTime from, Sink& sink) {
  const bool was_playing = started_ && followed_.playing;
  const bool goes_on = was_playing && segment.playing && from == segment.n0 &&
                       from >= followed_.n0 && followed_.At(from) == segment.tick0 &&
                       (!config_.loop || Period(segment) == Period(followed_));
  const Ticks entry = goes_on ? NextTick(from) : segment.tick0;
  const bool panic = started_ && segment.muted && !followed_.muted;
  if ((was_playing && !goes_on) || panic) sink.Put({.at = from, .kind = NoteKind::kAllOff});
  followed_ = segment;
  entry_tick_ = entry;
  started_ = true;
  if (segment.playing && !goes_on) {
    const Frames position = FramesAt(segment, segment.At(from));
    sink.Put({.at = from, .kind = NoteKind::kRoll, .position = position});
  }
}

void Sequencer::PlayStretch(MediaTime from, MediaTime to, Sink& sink) {
  const Ticks period = Period(followed_);
  if (period == 0) return;
  const Ticks low = NextTick(from);
  const Ticks high = followed_.At(to - 1);
  if (high < low || high < 0) return;
  if (!config_.loop) return PlayWindow(0, low, high, from, sink);
  // A pass owns the ticks 0..period, both ends included: note offs at its very end come before the notes on the
  // first beat of the next pass.
  for (Ticks pass = std::max<Ticks>(0, low / period - 1); pass * period <= high; ++pass) {
    PlayWindow(pass * period, low, high, from, sink);
  }
}

void Sequencer::PlayWindow(Ticks base, Ticks low, Ticks high, MediaTime from, Sink& sink) {
  const auto& notes = file_->notes;
  const auto first = std::lower_bound(notes.begin(), notes.end(), low - base,
                                      [](const FileNote& note, Ticks t) { return note.tick < t; });
  for (auto note = first; note != notes.end() && base + note->tick <= high; ++note) {
    if (((config_.channel_mask >> (note->channel & 15)) & 1) == 0) continue;
    if (note->key < config_.key_min || note->key > config_.key_max) continue;
    const int key = note->key + config_.transpose;
    if (key < 0 || key > 127) continue;
    const Ticks tick = base + note->tick;
    // A continuing change of tempo leaves ticks that fall between two samples to the first sample after it.
    const MediaTime at = std::max(from, followed_.When(tick));
    sink.Put({.at = at,
              .kind = note->on != 0 ? NoteKind::kOn : NoteKind::kOff,
              .key = static_cast<std::uint8_t>(key),
              .velocity = note->velocity});
  }
}

void Sequencer::Snapshot(ByteWriter& out) const {
  out.Le(static_cast<std::uint8_t>(started_));
  WriteSegment(followed_, out);
  out.Le(entry_tick_);
  out.Le(dropped_);
}

bool Sequencer::Restore(ByteReader& in) {
  const auto started = in.Le<std::uint8_t>();
  if (started > 1 || !ReadSegment(in, followed_)) return false;
  started_ = started == 1;
  entry_tick_ = in.Le<Ticks>();
  dropped_ = in.Le<std::uint64_t>();
  // What a change of tempo leaves to the segment after it is less than one sample.
  return in.ok() && entry_tick_ <= followed_.tick0 &&
         entry_tick_ > followed_.tick0 - kMostTicksPerSample;
}

}  // namespace continuo::session
