// SPDX-License-Identifier: Apache-2.0
#include "agent/rt/output_player.h"

#include <algorithm>
#include <span>
#include <utility>

#include "dsp/base/bytes.h"
#include "dsp/graph/wire_gain.h"
#include "proto/plan/lead.h"

namespace continuo::agent::rt {

std::unique_ptr<OutputPlayer> OutputPlayer::Make(const Program& program, const OutputSpec& spec,
                                                 std::shared_ptr<handoff::SampleRing> ring,
                                                 std::shared_ptr<handoff::DeviceRing> device) {
  auto player = std::make_unique<OutputPlayer>();
  player->program_ = &program;
  player->spec_ = &spec;
  player->ring_ = std::move(ring);
  player->device_ = std::move(device);
  player->margin_min_ =
      program.plan.timing.playout + spec.offset + plan::LongestPromise(program.plan);
  const std::string wrong =
      player->memory_.Fill([&player](Arena& arena) { return player->Prepare(arena); });
  return wrong.empty() ? std::move(player) : nullptr;
}

std::string OutputPlayer::Prepare(Arena& arena) {
  const Feed& feed = spec_->feed();
  interleaved_ = arena.Take<float>(static_cast<std::size_t>(feed.channels) * kMaxQuantum);
  concealers_.resize(static_cast<std::size_t>(feed.groups));
  for (int group = 0; group < feed.groups; ++group) {
    const int index = feed.first + group;
    const ReceivedSpec& received = program_->received[static_cast<std::size_t>(index)];
    concealers_[group].Prepare(received.stream.channels, program_->plan.quantum, arena);
  }
  return {};
}

void OutputPlayer::Start(PacketIndex first) {
  first_ = next_ = first;
  const MediaTime n = first * program_->plan.quantum + spec_->offset;
  ring_->StartAt(n);
  if (device_ != nullptr) device_->StartAt(n);
}

void OutputPlayer::Play(MediaTime now, bool early) {
  while (NextDue(early) <= now) PlayOne(now - DeadlineOf(next_));
  if (next_ < program_->end || finished_) return;
  finished_ = true;
  ring_->Finish();
  if (device_ != nullptr) device_->Finish();
}

bool OutputPlayer::IsAllHere() const {
  bool sounds = false;
  for (const OutputSpec::Source& source : spec_->sources) {
    if (!dsp::Sounds(source.wire, next_ * program_->plan.quantum, program_->plan.quantum)) continue;
    for (int group = 0; group < source.feed.groups; ++group) {
      stream::Selected copy;
      if (!StreamOf(source.feed, group).At(next_, copy) || copy.tainted) return false;
    }
    sounds = true;
  }
  return sounds;
}

void OutputPlayer::PlayOne(MediaTime late) {
  // This thread slept through the moment at which the packet had to leave, and then as long again:
  // a device would have been silent there, whatever lies in the sockets by now.
  const bool missed = late > program_->plan.timing.playout;
  const bool concealed = std::exchange(concealing_, false);
  const bool tainted = std::exchange(playing_tainted_, false);
  for (int group = 0; group < spec_->feed().groups; ++group) PlayGroup(group, missed);
  if (concealing_) ++concealed_;
  if (playing_tainted_) ++tainted_;
  if (concealing_ && !concealed) concealed_from_ = next_;
  if (playing_tainted_ && !tainted) tainted_from_ = next_;
  const plan::Plan& plan = program_->plan;
  const MediaTime n = next_ * plan.quantum;
  Frames frames = plan.quantum;
  if (plan.length > 0) frames = std::min(frames, plan.start_n + plan.length - n);
  const std::span<const float> played(interleaved_,
                                      static_cast<std::size_t>(frames * spec_->feed().channels));
  ring_->Write(played);
  if (device_ != nullptr) device_->Write(played);
  frames_ += frames;
  ++next_;
}

// One source as it is; two while the output moves from one to the other.
void OutputPlayer::PlayGroup(int group, bool missed) {
  const int quantum = program_->plan.quantum;
  const MediaTime n = next_ * quantum;
  const StreamSpec& shape = StreamOf(spec_->feed(), group).spec().stream;
  float* const first = interleaved_ + shape.first_channel;
  const int stride = spec_->feed().channels;
  for (int i = 0; i < quantum; ++i) std::fill_n(first + i * stride, shape.channels, 0.0f);
  bool here = true;
  for (const OutputSpec::Source& source : spec_->sources) {
    if (!dsp::Sounds(source.wire, n, quantum)) continue;
    stream::Selected copy;
    if (missed || !Fetch(StreamOf(source.feed, group), copy)) {
      StreamOf(source.feed, group).CountConcealed();
      here = false;
    } else if (dsp::IsPlain(source.wire, n, quantum)) {
      Copy(copy, shape);
    } else {
      Mix(copy, shape, source.wire);
    }
  }
  if (here) return concealers_[static_cast<std::size_t>(group)].Hear(first, stride);
  concealing_ = true;
  concealers_[static_cast<std::size_t>(group)].Conceal(first, stride);
}

bool OutputPlayer::Fetch(ReceivedStream& stream, stream::Selected& copy) {
  if (!stream.At(next_, copy)) return false;
  margin_min_ = std::min(margin_min_, DeadlineOf(next_) - stream.ArrivalOf(next_));
  if (copy.tainted) stream.CountTainted();
  playing_tainted_ |= copy.tainted;
  return true;
}

void OutputPlayer::Copy(const stream::Selected& copy, const StreamSpec& group) {
  ByteReader in(copy.payload);
  float* const first = interleaved_ + group.first_channel;
  const int stride = spec_->feed().channels;
  for (int i = 0; i < program_->plan.quantum; ++i) {
    for (int c = 0; c < group.channels; ++c) first[i * stride + c] = in.F32();
  }
}

void OutputPlayer::Mix(const stream::Selected& copy, const StreamSpec& group,
                       const dsp::Wire& wire) {
  ByteReader in(copy.payload);
  float* const first = interleaved_ + group.first_channel;
  const int stride = spec_->feed().channels;
  const int quantum = program_->plan.quantum;
  for (int i = 0; i < quantum; ++i) {
    const float gain = dsp::WireGain(wire, next_ * quantum + i);
    for (int c = 0; c < group.channels; ++c) {
      const float sample = in.F32();
      if (gain != 0.0f) first[i * stride + c] += gain * sample;
    }
  }
}

void OutputPlayer::ClaimInputs() {
  for (const OutputSpec::Source& source : spec_->sources) {
    for (int group = 0; group < source.feed.groups; ++group) {
      StreamOf(source.feed, group).StillNeeds(next_);
    }
  }
}

void OutputPlayer::Publish(handoff::OutputCounters& out) const {
  out.id = spec_->id;
  out.first_n = first_ * program_->plan.quantum + spec_->offset;
  out.frames = frames_;
  out.concealed = concealed_;
  out.tainted = tainted_;
  out.margin_min = margin_min_;
  out.finished = finished_;
}

}  // namespace continuo::agent::rt
